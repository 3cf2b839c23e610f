//! Sets up the tools that a task needs, and says plainly what is missing.
//!
//! What is compiled or downloaded goes into a cache folder outside the
//! checkout, each in a folder that carries its version, so that it's done once
//! and other projects' versions stay as they are.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail, ensure};
use sha2::{Digest, Sha256};
use xtask::project;

use crate::command::{cargo, output, run};
use crate::versions;

/// Something that a task can't do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tool {
    Rustfmt,
    Clippy,
    WasmTarget,
    RustSource,
    Trunk,
    WasmBindgen,
    CargoFuzz,
    Lighthouse,
    Terraform,
    /// `moto_server`, `aws`, `shellcheck`, `checkov`, and `mypy` with Temporal's SDK.
    PythonTools,
    /// `tsc` with Temporal's SDK.
    TypeScriptTools,
    /// The shells that an image may have, and what it may ask a server with.
    Shells,
    /// `promtool` and `amtool`, which take the rules and the alert manager's configuration as Prometheus does.
    PrometheusTools,
    Chromium,
}

/// Makes every tool available. The answer are the folders to put first on `PATH`.
pub(crate) fn set_up(tools: &[Tool]) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for tool in tools {
        let folder = match tool {
            Tool::Rustfmt => rustup_component("rustfmt", "cargo-fmt")?,
            Tool::Clippy => rustup_component("clippy", "cargo-clippy")?,
            Tool::WasmTarget => wasm_target()?,
            Tool::RustSource => rust_source()?,
            Tool::Trunk => cargo_tool(&TRUNK, versions::TRUNK)?,
            Tool::WasmBindgen => cargo_tool(&WASM_BINDGEN, &wasm_bindgen_version()?)?,
            Tool::CargoFuzz => cargo_tool(&CARGO_FUZZ, versions::CARGO_FUZZ)?,
            Tool::Lighthouse => lighthouse()?,
            Tool::Terraform => terraform()?,
            Tool::PythonTools => python_tools()?,
            Tool::TypeScriptTools => typescript_tools()?,
            Tool::Shells => shells()?,
            Tool::PrometheusTools => prometheus_tools()?,
            Tool::Chromium => chromium()?,
        };
        folders.extend(folder);
    }
    Ok(folders)
}

fn rustup_component(component: &str, program: &str) -> Result<Option<PathBuf>> {
    if output(Command::new(program).arg("--version")).is_some() {
        return Ok(None);
    }
    println!("Adding `{component}` to the toolchain (a few seconds)");
    run(Command::new("rustup").args(["component", "add", component])).with_context(|| {
        format!("`{program}` is missing: install `{component}` for this Rust toolchain")
    })?;
    Ok(None)
}

fn wasm_target() -> Result<Option<PathBuf>> {
    let libraries = output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        versions::WASM,
    ]))
    .ok_or_else(|| anyhow!("`rustc` is missing: install Rust, see https://rustup.rs"))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(None);
    }
    println!(
        "Adding the target `{}` to the toolchain (a few seconds)",
        versions::WASM
    );
    run(Command::new("rustup").args(["target", "add", versions::WASM])).with_context(|| {
        format!(
            "the standard library for {} is missing: install it for this Rust toolchain",
            versions::WASM
        )
    })?;
    Ok(None)
}

/// The source of the standard library, which is compiled with the page, and a compiler that can leave out panic messages.
fn rust_source() -> Result<Option<PathBuf>> {
    let printed = output(Command::new("rustc").arg("--version"))
        .ok_or_else(|| anyhow!("`rustc` is missing: install Rust, see https://rustup.rs"))?;
    let version = printed.split_whitespace().nth(1).and_then(release);
    ensure!(
        version >= Some(versions::PAGE_RUST_AT_LEAST),
        "the page needs Rust {} or newer, this is {printed}",
        versions::PAGE_RUST_AT_LEAST
            .map(|number| number.to_string())
            .join(".")
    );
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))
        .context("`rustc --print sysroot` failed")?;
    let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library");
    if library.join("Cargo.lock").is_file() {
        return Ok(None);
    }
    println!("Adding `rust-src` to the toolchain (a few seconds)");
    run(Command::new("rustup").args(["component", "add", "rust-src"])).context(
        "the standard library's source is missing: install `rust-src` for this Rust toolchain",
    )?;
    Ok(None)
}

struct CargoTool {
    package: &'static str,
    program: &'static str,
    options: &'static [&'static str],
    /// Of a debug build on two cores.
    minutes: u32,
}

const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    program: "trunk",
    options: &["--locked", "--no-default-features"],
    minutes: 3,
};

const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    // Without `--locked`: the lock file that it is published with doesn't build.
    options: &[],
    minutes: 1,
};

const CARGO_FUZZ: CargoTool = CargoTool {
    package: "cargo-fuzz",
    program: "cargo-fuzz",
    options: &["--locked"],
    minutes: 1,
};

fn cargo_tool(tool: &CargoTool, version: &str) -> Result<Option<PathBuf>> {
    if says_version(Path::new(tool.program), version) {
        return Ok(None);
    }
    let folder = cache()?.join(format!("{}-{version}", tool.package));
    let bin = folder.join("bin");
    if says_version(&bin.join(tool.program), version) {
        return Ok(Some(bin));
    }
    println!(
        "Installing {} {version} into {}: compiling takes about {} on two cores, once",
        tool.package,
        folder.display(),
        match tool.minutes {
            1 => "a minute".to_owned(),
            minutes => format!("{minutes} minutes"),
        },
    );
    fs::create_dir_all(&folder)?;
    run(cargo()
        .args(["install", tool.package, "--version", version, "--debug"])
        .args(tool.options)
        .arg("--root")
        .arg(&folder)
        // Not in the checkout: its cargo configuration is about the project.
        .current_dir(&folder)
        .env_remove("CARGO_TARGET_DIR")
        // A debug build of trunk makes the same bytes as a release build, and
        // is there in a third of the time.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_DEV_INCREMENTAL", "false"))?;
    if !says_version(&bin.join(tool.program), version) {
        bail!(
            "{} was installed, but `{} --version` doesn't say {version}",
            tool.package,
            bin.join(tool.program).display()
        );
    }
    Ok(Some(bin))
}

fn says_version(program: &Path, version: &str) -> bool {
    output(Command::new(program).arg("--version"))
        .is_some_and(|output| output.split_whitespace().any(|word| word == version))
}

/// The page and the command that makes its JavaScript must agree to the digit.
fn wasm_bindgen_version() -> Result<String> {
    let lock = fs::read_to_string(project::root().join("Cargo.lock"))
        .context("could not read Cargo.lock")?;
    locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| anyhow!("Cargo.lock has no `wasm-bindgen`, which the page is made with"))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let (_, after) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    Some(after.split_once('"')?.0.to_owned())
}

fn terraform() -> Result<Option<PathBuf>> {
    if terraform_version("terraform").is_some_and(|found| found >= versions::TERRAFORM_AT_LEAST) {
        return Ok(None);
    }
    let folder = cache()?.join(format!("terraform-{}", versions::TERRAFORM));
    let program = folder.join(format!("terraform{}", env::consts::EXE_SUFFIX));
    if terraform_version(&program).is_some() {
        return Ok(Some(folder));
    }
    let [major, minor, _] = versions::TERRAFORM_AT_LEAST;
    let missing = format!("Terraform >= {major}.{minor} is not on PATH");
    let platform = terraform_platform();
    let expected = versions::TERRAFORM_SHA256
        .iter()
        .find_map(|(name, sum)| (*name == platform).then_some(*sum))
        .ok_or_else(|| anyhow!("{missing}, and there is no known release for {platform}"))?;
    let archive = format!("terraform_{}_{platform}.zip", versions::TERRAFORM);
    let url = format!(
        "https://releases.hashicorp.com/terraform/{}/{archive}",
        versions::TERRAFORM
    );
    println!("{missing}: downloading {url}");
    fs::create_dir_all(&folder)?;
    let zip = folder.join(&archive);
    download(&url, &zip).with_context(|| format!("{missing}, and could not be downloaded"))?;
    let found = sha256(&zip)?;
    if found != expected {
        fs::remove_file(&zip)?;
        bail!("{archive} has the SHA-256 {found}, HashiCorp published {expected}: it was removed");
    }
    println!("{archive} has the published SHA-256 {expected}");
    extract(&zip, "terraform", &program)?;
    fs::remove_file(&zip)?;
    terraform_version(&program)
        .ok_or_else(|| anyhow!("`{} version` doesn't run", program.display()))?;
    Ok(Some(folder))
}

fn terraform_version(program: impl AsRef<Path>) -> Option<[u32; 3]> {
    let output = output(Command::new(program.as_ref()).args(["version", "-json"]))?;
    let versions: serde_json::Value = serde_json::from_str(&output).ok()?;
    release(versions["terraform_version"].as_str()?)
}

/// The numbers of `1.11.4` or `1.12.0-rc1`.
fn release(version: &str) -> Option<[u32; 3]> {
    let mut numbers = version.split(['.', '-', '+']).map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some([next()?, next()?, next()?])
}

fn terraform_platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{machine}")
}

fn download(url: &str, to: &Path) -> Result<()> {
    if project::program(&["curl"]).is_some() {
        return run(Command::new("curl")
            .args(["--proto", "=https", "--fail", "--silent", "--show-error"])
            .args(["--location", "--retry", "3", "--output"])
            .arg(to)
            .arg(url));
    }
    if project::program(&["wget"]).is_some() {
        return run(Command::new("wget")
            .args(["--quiet", "--tries=3", "--output-document"])
            .arg(to)
            .arg(url));
    }
    bail!("neither `curl` nor `wget` is on PATH")
}

fn sha256(file: &Path) -> Result<String> {
    Ok(hex_sha256(&fs::read(file)?))
}

fn hex_sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn extract(archive: &Path, name: &str, to: &Path) -> Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(archive)?)?;
    let mut inside = archive.by_name(&format!("{name}{}", env::consts::EXE_SUFFIX))?;
    let mut file = File::create(to)?;
    io::copy(&mut inside, &mut file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// Lighthouse, from npm into a folder of its own.
fn lighthouse() -> Result<Option<PathBuf>> {
    let version = versions::LIGHTHOUSE;
    let folder = cache()?.join(format!("lighthouse-{version}"));
    let programs = folder.join("node_modules/.bin");
    if says_version(&programs.join("lighthouse"), version) {
        return Ok(Some(programs));
    }
    let npm = project::program(&["npm"])
        .ok_or_else(|| anyhow!("`npm` is not on PATH: Lighthouse comes from there"))?;
    println!(
        "Installing lighthouse {version} into {} (a minute), once",
        folder.display()
    );
    fs::create_dir_all(&folder)?;
    run(Command::new(npm)
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg(format!("lighthouse@{version}"))
        .arg("--prefix")
        .arg(&folder))?;
    if !says_version(&programs.join("lighthouse"), version) {
        bail!(
            "lighthouse was installed, but `lighthouse --version` in {} doesn't say {version}",
            programs.display()
        );
    }
    Ok(Some(programs))
}

/// The compiler and Temporal's SDK from npm.
fn typescript_tools() -> Result<Option<PathBuf>> {
    let needed = versions::TYPESCRIPT_TOOLS;
    let folder = cache()?.join(format!(
        "typescript-tools-{}",
        &hex_sha256(needed.join(" ").as_bytes())[..12]
    ));
    let programs = folder.join("node_modules/.bin");
    // Written last: without it the folder is of an installation that was broken off.
    let complete = folder.join("complete");
    if complete.is_file() {
        return Ok(Some(programs));
    }
    let npm = project::program(&["npm"]).ok_or_else(|| {
        anyhow!("`npm` is not on PATH: TypeScript and Temporal's SDK for it come from there")
    })?;
    println!(
        "Installing TypeScript and Temporal's SDK into {} (half a minute), once",
        folder.display()
    );
    fs::create_dir_all(&folder)?;
    // The SDK's package brings its native library, so no script has to fetch it.
    run(Command::new(npm)
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
        .arg("--ignore-scripts")
        .args(needed)
        .arg("--prefix")
        .arg(&folder))
    .context("TypeScript and Temporal's SDK could not be installed from npm")?;
    File::create(&complete)?;
    Ok(Some(programs))
}

/// Programs from PyPI in a virtual environment of their own.
fn python_tools() -> Result<Option<PathBuf>> {
    let needed = versions::PYTHON_TOOLS;
    let folder = cache()?.join(format!(
        "python-tools-{}",
        &hex_sha256(needed.as_bytes())[..12]
    ));
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // Written last: without it the folder is of an installation that was broken off.
    let complete = folder.join("complete");
    if complete.is_file() {
        return Ok(Some(programs));
    }
    let [major, minor] = versions::PYTHON_AT_LEAST;
    let python = project::program(&["python3", "python"])
        .filter(|python| python_version(python) >= Some(versions::PYTHON_AT_LEAST))
        .ok_or_else(|| {
            anyhow!(
                "Python >= {major}.{minor} is not on PATH: the tests take moto, the AWS CLI, \
                 shellcheck, checkov, mypy and Temporal's SDK from PyPI; install it, on Debian and Ubuntu with `apt-get install \
                 python3 python3-venv`"
            )
        })?;
    println!(
        "Installing moto, the AWS CLI, shellcheck, checkov, mypy and Temporal's SDK into {} (a minute), once",
        folder.display()
    );
    run(Command::new(&python)
        .args(["-m", "venv", "--clear"])
        .arg(&folder))
    .with_context(|| {
        format!(
            "`{}` can't make a virtual environment: install its modules venv and ensurepip, on \
             Debian and Ubuntu with `apt-get install python3-venv`",
            python.display()
        )
    })?;
    let list = folder.join("python-tools.txt");
    fs::write(&list, needed)?;
    // All of them are in the list, so nothing is resolved again.
    run(Command::new(programs.join("python"))
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .args(["--disable-pip-version-check", "--no-deps", "--requirement"])
        .arg(&list))
    .context(
        "moto, the AWS CLI, shellcheck, checkov, mypy and Temporal's SDK could not be installed from PyPI",
    )?;
    for program in ["moto_server", "aws", "shellcheck", "checkov", "mypy"] {
        let program = programs.join(format!("{program}{}", env::consts::EXE_SUFFIX));
        if !program.is_file() {
            bail!(
                "the packages were installed, but there is no {}",
                program.display()
            );
        }
    }
    File::create(&complete)?;
    Ok(Some(programs))
}

fn python_version(program: &Path) -> Option<[u32; 2]> {
    let printed = output(Command::new(program).arg("--version"))?;
    let [major, minor, _] = release(printed.trim().strip_prefix("Python ")?)?;
    Some([major, minor])
}

/// From the system's packages, unpacked into the cache: that needs no root, and starts no server as an installation would.
fn prometheus_tools() -> Result<Option<PathBuf>> {
    if prometheus_tools_run(Path::new("")) {
        return Ok(None);
    }
    let folder = cache()?.join("prometheus-tools");
    let programs = folder.join("usr/bin");
    if prometheus_tools_run(&programs) {
        return Ok(Some(programs));
    }
    let [major, minor, _] = versions::PROMTOOL_AT_LEAST;
    let advice = format!(
        "promtool >= {major}.{minor} and amtool are not on PATH: install Prometheus and its Alertmanager, which bring them, \
         on Debian 12, Ubuntu 24.04 and newer with `apt-get install prometheus prometheus-alertmanager`, or put both \
         programs of the releases at https://prometheus.io/download/ on PATH"
    );
    for program in ["apt-get", "dpkg"] {
        if project::program(&[program]).is_none() {
            bail!(advice);
        }
    }
    println!(
        "promtool and amtool are not on PATH: unpacking the system's packages into {} (30 MB), once",
        folder.display()
    );
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let lists = folder.join("apt/lists");
    fs::create_dir_all(lists.join("partial"))?;
    fs::create_dir_all(folder.join("apt/cache/archives/partial"))?;
    // With lists of its own, since only root may renew those of the system, and an image may have none.
    let apt_get = || {
        let mut apt_get = Command::new("apt-get");
        apt_get
            .arg("--quiet")
            .arg(format!("--option=Dir::State::lists={}", lists.display()))
            .arg(format!(
                "--option=Dir::Cache={}",
                folder.join("apt/cache").display()
            ))
            // As root, apt-get would change to a user that can't write here.
            .arg("--option=APT::Sandbox::User=")
            .current_dir(&folder);
        apt_get
    };
    run(apt_get().arg("update")).context(advice.clone())?;
    run(apt_get().args(["download", "prometheus", "prometheus-alertmanager"]))
        .context(advice.clone())?;
    for entry in fs::read_dir(&folder)? {
        let package = entry?.path();
        if package.extension().is_some_and(|it| it == "deb") {
            run(Command::new("dpkg").arg("-x").arg(&package).arg(&folder))?;
            fs::remove_file(&package)?;
        }
    }
    fs::remove_dir_all(folder.join("apt"))?;
    if !prometheus_tools_run(&programs) {
        bail!("the system's packages were unpacked, but have an older version; {advice}");
    }
    Ok(Some(programs))
}

/// Whether both programs of the folder run and are new enough; an empty path means those on `PATH`.
fn prometheus_tools_run(folder: &Path) -> bool {
    let promtool = output(Command::new(folder.join("promtool")).arg("--version"));
    let version = promtool.and_then(|printed| promtool_version(&printed));
    version >= Some(versions::PROMTOOL_AT_LEAST)
        && output(Command::new(folder.join("amtool")).arg("--version")).is_some()
}

/// The numbers of `promtool, version 2.42.0+ds (branch: …`.
fn promtool_version(printed: &str) -> Option<[u32; 3]> {
    let (_, version) = printed.split_once("version ")?;
    release(version.split_whitespace().next()?)
}

fn shells() -> Result<Option<PathBuf>> {
    let names = ["dash", "busybox", "curl"];
    let missing = || -> Vec<&str> {
        let all = names.into_iter();
        all.filter(|name| project::program(&[*name]).is_none())
            .collect()
    };
    system_packages(missing, &names, "dash, BusyBox and curl")
}

fn chromium() -> Result<Option<PathBuf>> {
    let missing = || -> Vec<&str> {
        [
            ("chromium", project::chromium()),
            ("chromedriver", project::chromedriver()),
        ]
        .into_iter()
        .filter_map(|(name, found)| found.is_none().then_some(name))
        .collect()
    };
    system_packages(
        missing,
        &["chromium", "chromium-driver"],
        "Chromium and its driver",
    )
}

/// Installs `packages`, which are `what`, while `missing` names programs. Only root may on a system with apt-get: others
/// are told.
fn system_packages(
    missing: impl Fn() -> Vec<&'static str>,
    packages: &[&str],
    what: &str,
) -> Result<Option<PathBuf>> {
    let names = missing();
    if names.is_empty() {
        return Ok(None);
    }
    let missing_names = names.join(" and ");
    let advice = format!(
        "{missing_names} not found on PATH: install {what}, on Debian and Ubuntu with \
         `apt-get install {}`",
        packages.join(" ")
    );
    let is_root = output(Command::new("id").arg("-u")).is_some_and(|user| user.trim() == "0");
    if project::program(&["apt-get"]).is_none() || !is_root {
        bail!(advice);
    }
    println!("{missing_names} not found on PATH: installing the system's packages (half a minute)");
    let apt_get = || {
        let mut apt_get = Command::new("apt-get");
        apt_get.env("DEBIAN_FRONTEND", "noninteractive");
        apt_get
    };
    run(apt_get().args(["update", "--quiet"])).context(advice.clone())?;
    run(apt_get()
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(packages))
    .context(advice.clone())?;
    if !missing().is_empty() {
        bail!(advice);
    }
    Ok(None)
}

/// The folder for tools; `XDG_CACHE_HOME` moves it.
fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or_else(|| anyhow!("there is no home folder: set XDG_CACHE_HOME"))?;
    Ok(base.join("temporal-composer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_package_s_own() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").unwrap(), "0.2.130");
        assert_eq!(locked_version(lock, "wasm"), None);
    }

    #[test]
    fn releases_compare_by_number() {
        assert_eq!(release("1.12.0-rc1"), Some([1, 12, 0]));
        assert!(release("1.9.8") < Some(versions::TERRAFORM_AT_LEAST));
        assert_eq!(release("1.x"), None);
    }

    #[test]
    fn the_version_of_promtool_is_read() {
        let printed = "promtool, version 2.42.0+ds (branch: debian/sid, revision: 2.42.0+ds-5)\n  build user: x\n";
        assert_eq!(promtool_version(printed), Some([2, 42, 0]));
        assert_eq!(promtool_version("promtool"), None);
    }

    #[test]
    fn every_python_package_has_one_version() {
        let packages: Vec<&str> = versions::PYTHON_TOOLS
            .lines()
            .filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'))
            .collect();
        assert!(packages.iter().all(|line| line.contains("==")));
        let asked = include_str!("python-tools.in").lines();
        for line in asked.filter(|line| line.contains("==") && !line.starts_with('#')) {
            // The list has a package without its extras: `moto[s3]` is `moto`.
            let (package, version) = line.split_once("==").unwrap();
            let package = package.split('[').next().unwrap();
            assert!(
                packages.contains(&format!("{package}=={version}").as_str()),
                "python-tools.txt is not made from this python-tools.in: {line}"
            );
        }
    }

    #[test]
    fn the_pinned_terraform_is_one_that_is_supported() {
        assert!(release(versions::TERRAFORM) >= Some(versions::TERRAFORM_AT_LEAST));
    }
}
