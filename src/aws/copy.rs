//! The same AMI in another region.

use super::ami;
use super::call::call;
use super::connection::Connection;
use super::source::Source;
use super::tags;
use crate::Result;
use crate::digest::Sha256;
use crate::error::Fault;
use crate::report::Report;

/// Copies the AMI `id` of `from` to the region of `to`, unless it is there already; returns its name there. AWS copies
/// on its own from then on.
pub async fn copy(
    from: &Connection,
    to: &Connection,
    report: &Report,
    source: &Source,
    id: &str,
) -> Result<String> {
    let there = ami::of_digest(to, report, &source.name, &source.plan.image).await?;
    let tags = tags::of(source);
    if let Some(there) = there.and_then(|image| image.image_id().map(str::to_owned)) {
        ami::tag(to, report, &there, &tags).await?;
        return Ok(there);
    }
    report.step(format!("copying `{id}` to {}", to.region));
    let token = token(id, &source.name, &to.region);
    let request = || {
        let request = to.ec2.copy_image().source_image_id(id).source_region(&from.region).name(&source.name);
        let request = request.description(format!("sha256:{}", source.plan.image));
        request.client_token(&token).copy_image_tags(true).send()
    };
    let answer = call(report, "ec2:CopyImage", &format!("AMI `{id}`"), request).await?;
    let copied = answer.image_id().map(str::to_owned);
    let copied =
        copied.ok_or_else(|| Fault::unavailable("AWS made a copy without a name").hint("run this again"))?;
    ami::tag(to, report, &copied, &tags).await?;
    Ok(copied)
}

/// By which AWS knows a request that it has had already: the same for the same copy of the same AMI. An image that was
/// published anew has another AMI, whose copy AWS would refuse under the old token.
fn token(ami: &str, name: &str, region: &str) -> String {
    Sha256::of([ami, name, region].join("\0")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_copy_has_the_same_token() {
        let one = token("ami-1", "a", "eu-west-1");
        assert_eq!(one, token("ami-1", "a", "eu-west-1"));
        let others = [
            token("ami-2", "a", "eu-west-1"),
            token("ami-1", "b", "eu-west-1"),
            token("ami-1", "a", "us-east-1"),
        ];
        assert!(others.iter().all(|other| *other != one));
        assert!(one.len() <= 64, "EC2 takes no more");
    }
}
