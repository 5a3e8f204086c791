//! Credentials, region and clients, found as users of AWS expect: flags, variables, profiles, SSO, the instance's role.

use crate::Result;
use crate::context::Context;
use crate::error::Fault;
use crate::store;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::{ProvideCredentials as _, RuntimeComponents, SharedHttpClient};
use aws_sdk_ec2::error::DisplayErrorContext;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// For a connection: whoever mistyped a region should know within seconds that nobody is there.
const CONNECT: Duration = Duration::from_secs(5);
/// Without an answer's first byte for so long, nobody will answer (awslabs/coldsnap#437 hung for ever).
const READ: Duration = Duration::from_secs(20);
/// For a whole call: enough for a block at 20 KB/s.
const CALL: Duration = Duration::from_secs(30);

/// What the user says about AWS.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The region.
    pub region: Option<String>,
    /// A profile of `~/.aws/config`.
    pub profile: Option<String>,
    /// Where all calls go instead.
    pub endpoint_url: Option<String>,
}

/// Clients of one region.
#[derive(Clone)]
pub struct Connection {
    /// The EBS direct APIs.
    pub ebs: aws_sdk_ebs::Client,
    /// EC2.
    pub ec2: aws_sdk_ec2::Client,
    /// The region.
    pub region: String,
    config: SdkConfig,
    answered: Arc<AtomicBool>,
}

impl Connection {
    /// Finds region and credentials.
    ///
    /// # Errors
    /// If there are none, or with `--offline`.
    pub async fn open(context: &Context, wishes: &Wishes) -> Result<Self> {
        if context.offline {
            return Err(Fault::unavailable("AWS is not asked with `--offline`")
                .hint("run it without")
                .into());
        }
        let config = load(context, wishes).await?;
        let region = config.region().map(ToString::to_string).ok_or_else(|| {
            Fault::usage("no AWS region is set")
                .hint("give `--region`, or set AWS_REGION or the profile's `region`")
        })?;
        check_credentials(&config).await?;
        Ok(Self::of(config, region))
    }

    /// The same for another region.
    #[must_use]
    pub fn elsewhere(&self, region: &str) -> Self {
        let config = self.config.to_builder().region(Region::new(region.to_owned())).build();
        Self::of(config, region.to_owned())
    }

    fn of(config: SdkConfig, region: String) -> Self {
        Self {
            ebs: aws_sdk_ebs::Client::new(&config),
            ec2: aws_sdk_ec2::Client::new(&config),
            region,
            config,
            answered: Arc::default(),
        }
    }

    /// Whether EC2 is known to be there.
    pub fn has_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// EC2 is there.
    pub fn note_answer(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }
}

async fn load(context: &Context, wishes: &Wishes) -> Result<SdkConfig> {
    let timeouts =
        TimeoutConfig::builder().connect_timeout(CONNECT).read_timeout(READ).operation_timeout(CALL).build();
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(http(context)?)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::disabled());
    if let Some(region) = &wishes.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &wishes.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(url) = &wishes.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    Ok(loader.load().await)
}

/// With the system's authorities and those of `--ca-file`, through the proxy that the environment names.
fn http(context: &Context) -> Result<SharedHttpClient> {
    let mut trusted = TrustStore::empty().with_native_roots(true);
    if let Some(path) = &context.ca_file {
        store::authorities(path)?; // the SDK would panic where this finds fault
        trusted.add_pem_certificate(fs_err::read(path)?);
    }
    let tls = TlsContext::builder().with_trust_store(trusted).build()?;
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.clone())
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.build()
    }))
}

/// Asked for before anything else: later, each call would fail in words of its own.
async fn check_credentials(config: &SdkConfig) -> Result<()> {
    let hint = "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`";
    let Some(provider) = config.credentials_provider() else {
        return Err(Fault::unavailable("there are no AWS credentials").hint(hint).into());
    };
    if let Err(error) = provider.provide_credentials().await {
        let why = DisplayErrorContext(&error).to_string();
        let why = why.split(" (").next().unwrap_or_default();
        return Err(Fault::unavailable(format!("there are no AWS credentials: {why}")).hint(hint).into());
    }
    Ok(())
}
