//! How an Aurora DSQL cluster is addressed: by the host name that clients connect to, and by the ARN that a policy names.

use crate::rules::places::{arn, is_region};
use crate::rules::row::is_lower_or_digit;

/// A cluster's host name, `CLUSTER.dsql.REGION.on.aws`; between `dsql` and the region there may be a suffix, as in
/// `dsql-fnh4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DsqlEndpoint {
    /// The 26 letters and digits that name the cluster.
    pub cluster: String,
    /// Its region.
    pub region: String,
}

/// A cluster's ARN, `arn:aws:dsql:REGION:ACCOUNT:cluster/CLUSTER`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DsqlArn {
    /// The 26 letters and digits that name the cluster.
    pub cluster: String,
    /// Its region.
    pub region: String,
    /// The 12 digits of its account.
    pub account_id: String,
}

impl DsqlEndpoint {
    /// Reads a host name; `None` if it is none of a cluster.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut labels = text.splitn(3, '.');
        let cluster = labels.next().filter(|id| is_cluster_id(id))?;
        let service = labels.next()?;
        let region = labels.next()?.strip_suffix(".on.aws")?;
        let is_dsql = service == "dsql"
            || service.strip_prefix("dsql-").is_some_and(|suffix| {
                (1..=16).contains(&suffix.len()) && suffix.chars().all(is_lower_or_digit)
            });
        (is_dsql && is_region(region)).then(|| Self {
            cluster: cluster.to_owned(),
            region: region.to_owned(),
        })
    }
}

impl DsqlArn {
    /// Reads an ARN; `None` if it is none of a cluster.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let arn = arn(text, "dsql")?;
        let cluster = arn.resource.strip_prefix("cluster/")?;
        is_cluster_id(cluster).then(|| Self {
            cluster: cluster.to_owned(),
            region: arn.region.to_owned(),
            account_id: arn.account_id.to_owned(),
        })
    }
}

fn is_cluster_id(text: &str) -> bool {
    text.len() == 26 && text.chars().all(is_lower_or_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoint_and_arn_name_cluster_region_and_account() {
        let cluster = "abcdefghijklmnopqrstuvwxy2".to_owned();
        let endpoint = format!("{cluster}.dsql-fnh4.us-east-1.on.aws");
        let region = "us-east-1".to_owned();
        assert_eq!(
            DsqlEndpoint::parse(&endpoint),
            Some(DsqlEndpoint {
                cluster: cluster.clone(),
                region: region.clone()
            })
        );
        let arn = format!("arn:aws:dsql:us-east-1:123456789012:cluster/{cluster}");
        assert_eq!(
            DsqlArn::parse(&arn),
            Some(DsqlArn {
                cluster,
                region,
                account_id: "123456789012".to_owned()
            })
        );
    }
}
