//! Terraform's own S3 backend, configured as composed, on a bucket made as `terraform/bootstrap` makes it.

use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::process::Stdio;

use engine_tests::aws::Aws;
use engine_tests::{Root, TerraformRun, Tree, spec};
use serde_json::{Value as Json, json};

const REGION: &str = "eu-west-1";
const BUCKET: &str = "temporal-tfstate-123456789012-eu-west-1";

/// A tree whose state bucket is there.
struct Place {
    tree: Tree,
    aws: Aws,
}

impl Place {
    fn of(preset: &str, assignments: &[&str]) -> Self {
        let place = Self {
            tree: Tree::of(&spec(preset, assignments)),
            aws: Aws::start(),
        };
        place.bootstrap();
        place
    }

    /// Applies `terraform/bootstrap` and makes on the server what its state then has in S3.
    fn bootstrap(&self) {
        let root = self.tree.root("terraform/bootstrap", &[]);
        root.initialise();
        root.apply(&[]);
        let state: Json = serde_json::from_str(&root.terraform(&["show", "-json"]).text).unwrap();
        let mut resources: Vec<&Json> = state["values"]["root_module"]["resources"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|resource| resource["type"].as_str().unwrap().starts_with("aws_s3_"))
            .collect();
        // The bucket before its settings.
        resources.sort_by_key(|resource| resource["type"] != "aws_s3_bucket");
        for resource in resources {
            self.make(resource["type"].as_str().unwrap(), &resource["values"]);
        }
    }

    fn make(&self, kind: &str, values: &Json) {
        let (command, argument, content) = match kind {
            "aws_s3_bucket" => (
                "create-bucket",
                "--create-bucket-configuration",
                json!({ "LocationConstraint": REGION }),
            ),
            "aws_s3_bucket_versioning" => (
                "put-bucket-versioning",
                "--versioning-configuration",
                json!({ "Status": values["versioning_configuration"][0]["status"] }),
            ),
            "aws_s3_bucket_server_side_encryption_configuration" => {
                let rule = &values["rule"][0];
                let given = &rule["apply_server_side_encryption_by_default"][0];
                let mut default = json!({ "SSEAlgorithm": given["sse_algorithm"] });
                if let Some(key) = given["kms_master_key_id"]
                    .as_str()
                    .filter(|key| !key.is_empty())
                {
                    default["KMSMasterKeyID"] = json!(key);
                }
                (
                    "put-bucket-encryption",
                    "--server-side-encryption-configuration",
                    json!({ "Rules": [{
                        "ApplyServerSideEncryptionByDefault": default,
                        "BucketKeyEnabled": rule["bucket_key_enabled"],
                    }] }),
                )
            }
            "aws_s3_bucket_ownership_controls" => (
                "put-bucket-ownership-controls",
                "--ownership-controls",
                json!({ "Rules": [{ "ObjectOwnership": values["rule"][0]["object_ownership"] }] }),
            ),
            "aws_s3_bucket_public_access_block" => (
                "put-public-access-block",
                "--public-access-block-configuration",
                json!({
                    "BlockPublicAcls": values["block_public_acls"],
                    "BlockPublicPolicy": values["block_public_policy"],
                    "IgnorePublicAcls": values["ignore_public_acls"],
                    "RestrictPublicBuckets": values["restrict_public_buckets"],
                }),
            ),
            // It denies everything that doesn't come over TLS, which the server doesn't speak.
            "aws_s3_bucket_policy" => return,
            "aws_s3_bucket_lifecycle_configuration" => {
                let rule = &values["rule"][0];
                let old = &rule["noncurrent_version_expiration"][0];
                let parts = &rule["abort_incomplete_multipart_upload"][0];
                (
                    "put-bucket-lifecycle-configuration",
                    "--lifecycle-configuration",
                    json!({ "Rules": [{
                        "ID": rule["id"],
                        "Status": rule["status"],
                        "Filter": { "Prefix": "" },
                        "NoncurrentVersionExpiration": {
                            "NoncurrentDays": old["noncurrent_days"],
                            "NewerNoncurrentVersions": old["newer_noncurrent_versions"],
                        },
                        "Expiration": {
                            "ExpiredObjectDeleteMarker":
                                rule["expiration"][0]["expired_object_delete_marker"],
                        },
                        "AbortIncompleteMultipartUpload": {
                            "DaysAfterInitiation": parts["days_after_initiation"],
                        },
                    }] }),
                )
            }
            other => panic!("bootstrap makes a {other}: say here how the server gets it"),
        };
        let bucket = values["bucket"].as_str().unwrap();
        let content = content.to_string();
        self.s3(&[command, "--bucket", bucket, argument, &content]);
    }

    #[track_caller]
    fn s3(&self, arguments: &[&str]) -> Json {
        self.aws.cli(REGION, &[&["s3api"], arguments].concat())
    }

    /// The root of an environment, not yet initialised, its backend as it was composed.
    fn environment(&self, name: &str) -> Root {
        self.tree
            .composed_environment(name)
            .with_environment(self.aws.environment())
    }

    /// The same, initialised as its README says.
    fn initialised(&self, name: &str) -> Root {
        let root = self.environment(name);
        let bootstrap = self.tree.root("terraform/bootstrap", &[]);
        let bucket = bootstrap.output("default_state_bucket");
        let bucket = format!("-backend-config=bucket={}", bucket.as_str().unwrap());
        root.initialise_with(&[&bucket]);
        assert!(!root.path().join("terraform.tfstate").exists());
        root
    }

    /// The keys of the bucket's objects.
    fn keys(&self) -> Vec<String> {
        self.keys_in(BUCKET)
    }

    fn keys_in(&self, bucket: &str) -> Vec<String> {
        let listed = self.s3(&["list-objects-v2", "--bucket", bucket]);
        let objects = listed["Contents"].as_array().into_iter().flatten();
        objects
            .map(|object| object["Key"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A version of an object that is a state, or the newest.
    fn state(&self, key: &str, version: Option<&str>) -> Json {
        let file = self.tree.path().join("downloaded.tfstate");
        let file = file.to_str().unwrap();
        let mut arguments = vec!["get-object", "--bucket", BUCKET, "--key", key];
        arguments.extend(version.into_iter().flat_map(|id| ["--version-id", id]));
        arguments.push(file);
        self.s3(&arguments);
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }
}

#[test]
fn environments_share_a_bucket_and_nothing_in_it() {
    let key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab";
    let place = Place::of(
        "standard",
        &[
            "environments.dev.account_id='123456789012'",
            "environments.bench.account_id='123456789012'",
            "environments.prod.account_id='123456789012'",
            &format!("environments.prod.backend.kms_key_arn='{key_arn}'"),
        ],
    );
    for environment in ["dev", "bench", "prod"] {
        let root = place.initialised(environment);
        root.apply(&[]);
    }
    // No lock is left either.
    assert_eq!(
        place.keys(),
        [
            "temporal/bench/terraform.tfstate",
            "temporal/dev/terraform.tfstate",
            "temporal/prod/terraform.tfstate",
        ]
    );
    for own in ["dev", "bench", "prod"] {
        let key = format!("temporal/{own}/terraform.tfstate");
        let state = place.state(&key, None);
        assert!(state["resources"].as_array().unwrap().len() > 50, "{own}");
        let text = state.to_string();
        for name in ["dev", "bench", "prod"] {
            let is_named = text.contains(&format!("temporal-{name}-"));
            assert_eq!(is_named, name == own, "temporal-{name}- in {key}");
        }
        let head = place.s3(&["head-object", "--bucket", BUCKET, "--key", &key]);
        let encryption = (&head["ServerSideEncryption"], &head["SSEKMSKeyId"]);
        let expected = match own {
            "prod" => (json!("aws:kms"), json!(key_arn)),
            _ => (json!("AES256"), Json::Null),
        };
        assert_eq!(encryption, (&expected.0, &expected.1), "{key}");
    }
    for environment in ["dev", "prod"] {
        expect_read_from_elsewhere(&place, environment);
    }
    assert_eq!(
        place.s3(&["get-public-access-block", "--bucket", BUCKET]),
        json!({ "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true,
            "IgnorePublicAcls": true,
            "BlockPublicPolicy": true,
            "RestrictPublicBuckets": true,
        } })
    );
}

#[test]
fn a_key_of_your_own_is_the_buckets_default_too() {
    let key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-4bcd-8bef-1234567890ab";
    let place = Place::of(
        "dev-lean",
        &[
            "environments.dev.account_id='123456789012'",
            &format!("backend.kms_key_arn='{key_arn}'"),
        ],
    );
    let encryption = place.s3(&["get-bucket-encryption", "--bucket", BUCKET]);
    assert_eq!(
        encryption["ServerSideEncryptionConfiguration"]["Rules"],
        json!([{
            "ApplyServerSideEncryptionByDefault": {
                "SSEAlgorithm": "aws:kms",
                "KMSMasterKeyID": key_arn,
            },
            "BucketKeyEnabled": true,
        }])
    );
}

/// A root elsewhere reads the outputs of an environment as its README says, and gets what they are.
#[track_caller]
fn expect_read_from_elsewhere(place: &Place, environment: &str) {
    let root = place.environment(environment);
    let readme = std::fs::read_to_string(root.path().join("README.md")).unwrap();
    let (_, code) = readme.split_once("```hcl\n").unwrap();
    let (code, _) = code.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let read = format!("data.terraform_remote_state.{environment}.outputs.vpc_id");
    let output = format!("output \"read\" {{\n  value = {read}\n}}\n");
    std::fs::write(folder.path().join("main.tf"), format!("{code}\n{output}")).unwrap();
    let other = Root::at(folder.path()).with_environment(place.aws.environment());
    let said = other.terraform(&["fmt", "-check", "-diff"]);
    other.succeed(&said, "fmt");
    other.initialise();
    other.apply(&[&format!("-var=state_bucket={BUCKET}")]);
    let is = root.output("vpc_id");
    assert!(is.as_str().unwrap().starts_with("vpc-"), "{is}");
    assert_eq!(other.output("read"), is);
    assert!(readme.contains(&read), "{readme}");
}

#[test]
fn a_second_apply_at_once_is_refused_and_each_state_is_kept() {
    let place = Place::of("dev-lean", &[]);
    let root = place.initialised("dev");

    // A first apply that asks before it changes anything: it has the lock and waits for an answer.
    let mut arguments = vec!["apply", "-no-color"];
    arguments.extend(root.variables());
    let mut first = root
        .command(&arguments)
        .env("TF_INPUT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(first.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("Only 'yes' will be accepted") {
        assert!(said.read_line(&mut text).unwrap() > 0, "{text}");
    }

    let lock = "temporal/dev/terraform.tfstate.tflock";
    assert_eq!(place.keys(), [lock]);
    for refused in [
        root.with_variables(&["apply", "-no-color", "-auto-approve"], &[]),
        root.with_variables(&["plan", "-no-color"], &[]),
        root.with_variables(&["destroy", "-no-color", "-auto-approve"], &[]),
    ] {
        expect_locked(&refused);
    }

    first.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    said.read_to_string(&mut text).unwrap();
    assert!(first.wait().unwrap().success(), "{text}");
    assert_eq!(place.keys(), ["temporal/dev/terraform.tfstate"]);
    root.expect_no_changes(&[]);

    // Another change, and both states are there.
    root.apply(&["-var=log_retention_days=30"]);
    let key = "temporal/dev/terraform.tfstate";
    let listed = place.s3(&["list-object-versions", "--bucket", BUCKET, "--prefix", key]);
    let versions: Vec<&str> = listed["Versions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|version| version["Key"] == key)
        .map(|version| version["VersionId"].as_str().unwrap())
        .collect();
    let retention: Vec<Json> = [versions.last().unwrap(), versions.first().unwrap()]
        .map(|version| log_retention(&place.state(key, Some(version))))
        .to_vec();
    assert_eq!(retention, [json!(3), json!(30)], "{versions:?}");
}

#[track_caller]
fn expect_locked(said: &TerraformRun) {
    assert_eq!(said.code, 1, "{}", said.text);
    for part in [
        "Error acquiring the state lock",
        "PreconditionFailed",
        "Path:      temporal-tfstate-123456789012-eu-west-1/temporal/dev/terraform.tfstate\n",
        "Operation: OperationTypeApply",
    ] {
        assert!(said.text.contains(part), "no `{part}`\n{}", said.text);
    }
}

/// The retention of the first log group of a state.
fn log_retention(state: &Json) -> Json {
    let resources = state["resources"].as_array().unwrap();
    let group = resources
        .iter()
        .find(|resource| resource["type"] == "aws_cloudwatch_log_group");
    group.unwrap()["instances"][0]["attributes"]["retention_in_days"].clone()
}

#[test]
fn credentials_of_another_account_do_not_reach_the_state() {
    let place = Place {
        tree: Tree::of(&spec(
            "dev-lean",
            &["environments.dev.account_id='210987654321'"],
        )),
        aws: Aws::start(),
    };
    let root = place.environment("dev");
    let bucket = format!("-backend-config=bucket={BUCKET}");
    let said = root.terraform(&["init", "-no-color", &bucket]);
    assert_eq!(said.code, 1, "{}", said.text);
    assert!(
        said.text
            .contains("AWS account ID not allowed: 123456789012"),
        "{}",
        said.text
    );
}

#[test]
fn a_local_state_moves_into_a_bucket_with_dots() {
    let bucket = "states.example.com";
    let local = "environments.dev.backend.kind=local";
    let tree = Tree::of(&spec("dev-lean", &[local]));
    let root = tree.composed_environment("dev");
    root.initialise();
    root.apply(&[]);
    let listed = root.terraform(&["state", "list"]).text;
    assert!(listed.lines().count() > 50, "{listed}");

    tree.recompose(&spec("dev-lean", &[&format!("backend.bucket={bucket}")]));
    let place = Place {
        tree,
        aws: Aws::start(),
    };
    place.bootstrap();
    let root = place.environment("dev");
    let mut moving = root
        .command(&[
            "init",
            "-no-color",
            "-migrate-state",
            // Over TLS a bucket with dots is addressed by path as it is; over plain HTTP its name goes before the host's.
            "-backend-config=use_path_style=true",
        ])
        .env("TF_INPUT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    moving.stdin.take().unwrap().write_all(b"yes\n").unwrap();
    let output = moving.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert_eq!(place.keys_in(bucket), ["temporal/dev/terraform.tfstate"]);
    assert_eq!(root.terraform(&["state", "list"]).text, listed);
    root.expect_no_changes(&[]);
}
