//! What it means that a call failed: whether it is worth another try, and what a person should do if not.

use crate::error::Fault;
use aws_sdk_ec2::config::http::HttpResponse;
use aws_sdk_ec2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

/// Answers that ask for patience, by their codes (EC2 and EBS API references, "Error codes").
const BUSY: [&str; 10] = [
    "ConcurrentLimitExceededException",
    "InternalError",
    "InternalFailure",
    "InternalServerException",
    "RequestLimitExceeded",
    "RequestThrottledException",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
];
const EXPIRED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const DENIED: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
const STRANGERS: [&str; 6] = [
    "AuthFailure",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];
const QUOTAS: [&str; 5] = [
    "ConcurrentSnapshotLimitExceeded",
    "PendingSnapshotLimitExceeded",
    "ResourceLimitExceeded",
    "ServiceQuotaExceededException",
    "SnapshotLimitExceeded",
];
/// Answers of the EBS direct APIs for a snapshot that can take no block: gone, or no longer pending.
const CLOSED: [&str; 3] = ["ConflictException", "ResourceNotFoundException", "ValidationException"];

/// The code of a refusal to register an AMI under a name that another one has.
pub const TAKEN: &str = "InvalidAMIName.Duplicate";

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// AWS's code; empty if there was no answer.
    pub code: String,
    /// AWS's words, or those of whatever was in the way.
    pub message: String,
    /// Whether another try may help.
    pub passing: bool,
    /// Whether nobody was reached: a name without an address, a connection that does not come about or is cut.
    pub unreached: bool,
}

impl Trouble {
    /// Of a failed call.
    pub fn of<E: ProvideErrorMetadata + std::error::Error + 'static>(
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        let code = error.code().unwrap_or_default().to_owned();
        let status = error.raw_response().map_or(0, |response| response.status().as_u16());
        let message = error.message().map_or_else(|| shown(error), str::to_owned);
        let unanswered = match error {
            SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
            // a connection that was closed before the answer came counts as `other`
            SdkError::DispatchFailure(failure) => !failure.is_user(),
            _ => false,
        };
        let busy = BUSY.contains(&code.as_str()) || status == 429 || status >= 500;
        let unreached = matches!(error, SdkError::DispatchFailure(_));
        Self { passing: unanswered || busy, unreached, code, message }
    }

    /// Whether the snapshot can take no block.
    pub fn is_closed(&self) -> bool {
        CLOSED.contains(&self.code.as_str())
    }

    /// Whether the thing is not there. `ServiceUnavailable` says nothing of it.
    pub fn is_absent(&self) -> bool {
        !self.passing && (self.code.contains("NotFound") || self.code.contains("Unavailable"))
    }

    /// For the user, if nobody was reached in `region` from the beginning.
    pub fn nobody_in(&self, region: &str) -> Fault {
        Fault::unavailable(format!("no answer from EC2 in region `{region}`: {}", self.message)).hint(
            "`aws ec2 describe-regions` lists the regions; if it is one, look at the network and `--endpoint-url`",
        )
    }

    /// For the user, about `action` (`ebs:PutSnapshotBlock`) on `place`.
    pub fn fault(&self, action: &str, place: &str) -> Fault {
        let is = |codes: &[&str]| codes.contains(&self.code.as_str());
        if is(&EXPIRED) {
            return Fault::unavailable(format!("the AWS credentials have expired ({})", self.code))
                .hint("get new ones, for instance with `aws sso login`, and run this again");
        }
        if is(&DENIED) {
            return Fault::unavailable(format!("AWS does not allow `{action}` on {place}: {}", self.message))
                .hint(format!(
                    "give whoever runs this the permission `{action}`; docs/aws.md has all that are needed"
                ));
        }
        if is(&STRANGERS) {
            return Fault::unavailable(format!("AWS does not know these credentials: {}", self.message))
                .hint("look at AWS_PROFILE, AWS_ACCESS_KEY_ID and the region: some regions must be enabled first");
        }
        if is(&QUOTAS) || self.code.contains("LimitExceeded") {
            return Fault::unavailable(format!(
                "a quota of AWS is used up: {} ({})",
                self.message, self.code
            ))
            .hint("remove what is not needed with `imgbuild aws unpublish`, or ask AWS for a higher quota");
        }
        if self.code == TAKEN {
            return Fault::input(format!("the name of {place} is taken by another AMI"))
                .hint("give another one with `--name`, or remove that AMI");
        }
        if self.code.is_empty() {
            return Fault::unavailable(format!("`{action}` on {place}: {}", self.message))
                .hint("look at the region, the network and `--endpoint-url`; run this again to go on");
        }
        Fault::unavailable(format!("`{action}` on {place}: {} ({})", self.message, self.code))
            .hint("run this again to go on where it stopped")
    }
}

/// The chain of causes in one line.
fn shown(error: &(impl std::error::Error + 'static)) -> String {
    let text = DisplayErrorContext(error).to_string();
    // behind the words comes the debug form, which is no sentence
    text.split(" (").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: &str) -> Fault {
        let trouble = Trouble { code: code.into(), message: "no".into(), passing: false, unreached: false };
        trouble.fault("ebs:PutSnapshotBlock", "block 7 of snapshot `snap-1`")
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        let table = [
            ("ExpiredToken", "expired", "aws sso login"),
            (
                "AccessDeniedException",
                "does not allow `ebs:PutSnapshotBlock` on block 7",
                "`ebs:PutSnapshotBlock`",
            ),
            ("UnauthorizedOperation", "does not allow", "docs/aws.md"),
            ("AuthFailure", "does not know these credentials", "region"),
            ("ServiceQuotaExceededException", "quota", "unpublish"),
            ("PendingSnapshotLimitExceeded", "quota", "unpublish"),
            ("ConcurrentLimitExceededException", "quota", "unpublish"),
            ("InvalidAMIName.Duplicate", "is taken", "--name"),
            ("", "block 7", "--endpoint-url"),
            ("Strange", "(Strange)", "run this again"),
        ];
        for (code, message, hint) in table {
            let fault = fault(code);
            assert!(fault.message.contains(message), "{code}: {}", fault.message);
            assert!(fault.hint.as_ref().unwrap().contains(hint), "{code}: {:?}", fault.hint);
        }
    }

    #[test]
    fn a_service_that_is_away_does_not_say_that_a_thing_is_gone() {
        let absent = |code: &str, passing| {
            Trouble { code: code.into(), message: "no".into(), passing, unreached: false }.is_absent()
        };
        for code in ["InvalidSnapshot.NotFound", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"] {
            assert!(absent(code, false), "{code}");
        }
        for code in ["ServiceUnavailable", "Unavailable"] {
            assert!(!absent(code, true), "{code}");
        }
    }
}
