//! The same AMI in another region.

use super::ami;
use super::call::call;
use super::connection::Connection;
use super::source::Source;
use super::tags;
use crate::Result;
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
    let token = format!("{}-{}", &source.plan.image.to_string()[..32], to.region);
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
