//! `imgbuild aws`.

mod list;
mod publish;
mod unpublish;

use crate::Result;
use crate::aws::connection::{Connection, Wishes};
use crate::context::Context;
use clap::{Args as ClapArgs, Subcommand};

/// Make AMIs of images, and remove them
#[derive(ClapArgs)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Publish(publish::Args),
    Unpublish(unpublish::Args),
    List(list::Args),
}

/// Where AWS is, and as whom it is asked.
#[derive(ClapArgs)]
struct ConnectionArgs {
    /// Region [default: `AWS_REGION`, or that of the profile]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Profile of `~/.aws/config` [default: `AWS_PROFILE`]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Send all calls there instead of to AWS
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl ConnectionArgs {
    fn wishes(&self) -> Wishes {
        Wishes {
            region: self.region.clone(),
            profile: self.profile.clone(),
            endpoint_url: self.endpoint_url.clone(),
        }
    }

    async fn open(&self, context: &Context) -> Result<Connection> {
        Connection::open(context, &self.wishes()).await
    }
}

impl Args {
    /// Runs the verb.
    pub fn run(&self, context: &Context) -> Result<()> {
        match &self.verb {
            Verb::Publish(args) => args.run(context),
            Verb::Unpublish(args) => args.run(context),
            Verb::List(args) => args.run(context),
        }
    }
}

/// Runs `work` to its end, on this thread: what takes time is the network.
fn wait<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
