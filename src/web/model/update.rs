//! The update of an earlier download: what the composition of now makes of the files that somebody has, and the zip of
//! it. The command `update` makes the same files.

use std::collections::BTreeMap;

use composer_core::archive::{self, KeptFile, SPEC_FILE};
use composer_core::differences::{OptionChange, options};
use composer_core::folder_update::FolderUpdate;
use composer_core::losses_by_environment::{Losses, Side};
use composer_core::manifest::{self, BASE, MANIFEST, UNFINISHED_UPDATE};
use composer_core::sizing::cost::{Cost, Difference, differences};
use composer_core::update::{Attention, Present, patch};
use composer_core::{Blueprint, Spec, Tree, compose, read};

use crate::model::earlier_download::EarlierDownload;
use crate::model::words::count;

/// What an update makes of a download.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DownloadUpdate {
    /// What changes.
    update: FolderUpdate,
    /// What an apply of it would destroy or replace.
    pub(crate) losses: Losses,
    /// The options that differ from those that were composed.
    pub(crate) options: Vec<OptionChange>,
    /// What differs of the cost of a month.
    pub(crate) cost: Vec<Difference>,
    /// All files as they are after it.
    files: BTreeMap<String, KeptFile>,
    /// The name of the folder in the zip.
    pub(crate) folder: String,
}

impl EarlierDownload {
    fn text(&self, path: &str) -> Option<&str> {
        let (_, file) = self.files.iter().find(|(other, _)| other == path)?;
        std::str::from_utf8(&file.content).ok()
    }

    /// What an update to `tree`, which `blueprint` composes to, makes of it. `costs` says what the environments of a spec
    /// cost.
    ///
    /// # Errors
    /// If it can't be updated: sentences that say why and what to do.
    pub(crate) fn updated(
        mut self,
        blueprint: &Blueprint,
        tree: &Tree,
        costs: fn(&Spec) -> Vec<Cost>,
    ) -> Result<DownloadUpdate, String> {
        let name = &self.name;
        let (Some(manifest), Some(base)) = (self.text(MANIFEST), self.text(BASE)) else {
            return Err(format!(
                "{name} has no {MANIFEST}, so nobody can tell your edits from what was composed. A download has it in the \
                 folder .composer, which some programs hide."
            ));
        };
        let is_unfinished = |path: &str| path.starts_with(UNFINISHED_UPDATE);
        if self.files.iter().any(|(path, _)| is_unfinished(path)) {
            return Err(format!(
                "An update of {name} was ended before it was complete. Run `temporal-composer update` in it: it completes \
                 it."
            ));
        }
        let composed = manifest::read(manifest, base).map_err(|error| {
            format!("{name} can't be updated: {error}. Restore its folder .composer.")
        })?;
        self.set_modes(&composed.tree);
        let name = self.name;
        let mut files: BTreeMap<String, KeptFile> = self.files.into_iter().collect();
        let present = present_in(&files);
        let update = FolderUpdate::of(&composed, blueprint, tree, &present);
        let unresolved = update.plan.attention.iter();
        let unresolved = unresolved.filter(|(_, why)| *why == Attention::Unresolved);
        if let Some((path, _)) = unresolved.into_iter().next() {
            return Err(format!(
                "{path} in {name} has conflicts of an earlier update. Edit it, remove the lines with <<<<<<<, |||||||, ======= \
                 and >>>>>>>, and choose it again."
            ));
        }
        for change in update.changes() {
            match &change.after {
                Some(state) => {
                    let file = KeptFile {
                        content: state.text.clone().into_bytes(),
                        executable: state.executable,
                    };
                    files.insert(change.path.clone(), file);
                }
                None => {
                    files.remove(&change.path);
                }
            }
        }
        let after = present_in(&files);
        let former = composed.tree.file(SPEC_FILE).map_or("", |file| &file.text);
        let former = read::read(former).spec;
        let losses = Losses::of(&side(&former, &present), &side(blueprint.spec(), &after));
        let [costs_before, costs_after] = [&former, blueprint.spec()].map(costs);
        Ok(DownloadUpdate {
            losses,
            options: options(&former, blueprint.spec()),
            cost: differences(&costs_before, &costs_after),
            update,
            files,
            folder: compose::folder(blueprint),
        })
    }

    /// Where no file can be run that was composed so, what packed it or reads it does not know which files can be: then
    /// those can be that were composed so.
    fn set_modes(&mut self, composed: &Tree) {
        if self.files.iter().any(|(_, file)| file.executable) {
            return;
        }
        for (path, file) in &mut self.files {
            file.executable = composed.file(path).is_some_and(|file| file.executable);
        }
    }
}

fn side<'a>(spec: &'a Spec, files: &'a BTreeMap<String, Present>) -> Side<'a> {
    Side {
        environments: spec.environments(),
        files,
        is_folder: true,
    }
}

fn present_in(files: &BTreeMap<String, KeptFile>) -> BTreeMap<String, Present> {
    let present = files.iter().map(|(path, file)| {
        let present = Present::of(&file.content, file.executable);
        (path.clone(), present)
    });
    present.collect()
}

impl DownloadUpdate {
    /// How many files become what.
    #[must_use]
    pub(crate) fn summary(&self) -> String {
        let plan = &self.update.plan;
        match plan.changes.len() {
            0 => "No file changes.".to_owned(),
            changed => format!("{} change: {}.", count(changed, "file"), plan.counts()),
        }
    }

    /// The files that change, each with what becomes of it.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let changes = self.update.plan.changes.iter();
        changes.map(|change| (change.path.as_str(), change.kind.word()))
    }

    /// The files that somebody has to look at, each with the reason, and of the user's own values the changes that were
    /// not made.
    pub(crate) fn attention(&self) -> impl Iterator<Item = (&str, String, Option<&str>)> {
        let attention = self.update.plan.attention.iter();
        attention.map(|(path, why)| (path.as_str(), why.reason(), why.changes()))
    }

    /// The composed files that the user has removed. They stay removed.
    pub(crate) fn removed_by_user(&self) -> &[String] {
        &self.update.plan.removed_by_user
    }

    /// Whether there is nothing to take.
    pub(crate) fn is_empty(&self) -> bool {
        self.update.changes().next().is_none()
    }

    /// The zip of all files after the update.
    ///
    /// # Errors
    /// Where the zip, read back, holds something else: with what that is.
    pub(crate) fn zip(&self) -> Result<Vec<u8>, String> {
        let files = self.files.iter();
        let zip = archive::pack(
            files.map(|(path, file)| (path.as_str(), &*file.content, file.executable)),
            &self.folder,
        );
        match archive::files(&zip) {
            Ok(read) if read == self.files => Ok(zip),
            Ok(_) => Err("it has other files".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// What changes as a patch for `git apply`, with the manifest.
    #[must_use]
    pub(crate) fn patch(&self) -> String {
        patch(self.update.changes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use composer_core::manifest::with_manifest;
    use composer_core::{FieldPath, check, presets};

    use crate::model::costs::costs_of;

    const MAIN: &str = "terraform/envs/dev/main.tf";
    const TFVARS: &str = "terraform/envs/dev/terraform.tfvars";
    const SCRIPT: &str = "scripts/scale-services.sh";

    fn blueprint(spec: &Spec) -> Blueprint {
        check(spec).blueprint.unwrap()
    }

    impl EarlierDownload {
        fn updated_to(self, blueprint: &Blueprint) -> Result<DownloadUpdate, String> {
            self.updated(blueprint, &compose(blueprint), costs_of)
        }
    }

    fn lean() -> Spec {
        presets::find("dev-lean").unwrap().spec()
    }

    fn with(key: &str, value: i64) -> Spec {
        let mut spec = lean();
        spec.set(FieldPath::parse(key).unwrap(), value.into())
            .unwrap();
        spec
    }

    /// A download of [`lean`] with these files in place of its own, or beside them.
    fn edited(edits: &[(&str, &[u8])]) -> Vec<u8> {
        let tree = with_manifest(compose(&blueprint(&lean())));
        let zip = composer_core::archive(&tree, "orders");
        let mut files = archive::files(&zip).unwrap();
        for (path, content) in edits {
            let executable = files.get(*path).is_some_and(|file| file.executable);
            let file = KeptFile {
                content: content.to_vec(),
                executable,
            };
            files.insert((*path).to_owned(), file);
        }
        let files = files.iter();
        archive::pack(
            files.map(|(path, file)| (path.as_str(), &*file.content, file.executable)),
            "orders",
        )
    }

    fn text_of(path: &str) -> String {
        let tree = compose(&blueprint(&lean()));
        tree.file(path).unwrap().text.to_string()
    }

    #[test]
    fn an_unedited_download_becomes_a_fresh_one() {
        let after = blueprint(&with("environments.dev.compute.instance_count", 4));
        let earlier = EarlierDownload::from_zip("a.zip", &edited(&[])).unwrap();
        let updated = earlier.updated_to(&after).unwrap();
        let fresh = with_manifest(compose(&after));
        let fresh = composer_core::archive(&fresh, &compose::folder(&after));
        assert_eq!(updated.zip().unwrap(), fresh);
        let keys: Vec<&str> = updated.options.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["environments.dev.compute.instance_count"]);
        assert_eq!(updated.losses.rows(), []);
        assert!(!updated.is_empty());
        let same = EarlierDownload::from_zip("a.zip", &edited(&[])).unwrap();
        let same = same.updated_to(&blueprint(&lean())).unwrap();
        assert!(same.is_empty());
        assert_eq!(same.summary(), "No file changes.");
    }

    #[test]
    fn edits_and_files_of_the_users_own_stay() {
        let main = text_of(MAIN);
        let edit = format!("# Ours.\n{main}");
        let own: &[(&str, &[u8])] = &[
            (MAIN, edit.as_bytes()),
            ("docs/picture.png", &[0x89, 0xff]),
            ("notes.txt", b"a\r\nb\r\n"),
        ];
        let earlier = EarlierDownload::from_zip("a.zip", &edited(own)).unwrap();
        let after = blueprint(&with("environments.dev.compute.instance_count", 4));
        let updated = earlier.updated_to(&after).unwrap();
        let files = archive::files(&updated.zip().unwrap()).unwrap();
        for (path, content) in &own[1..] {
            assert_eq!(files[*path].content, *content, "{path}");
        }
        assert!(files[MAIN].content.starts_with(b"# Ours.\n"));
        assert!(files[SCRIPT].executable);
    }

    #[test]
    fn what_would_be_destroyed_is_listed_with_what_holds_data_first() {
        let mut after = lean();
        let version = FieldPath::parse("environments.dev.network.vpc_cidr").unwrap();
        after.set(version, "10.99.0.0/16".into()).unwrap();
        let earlier = EarlierDownload::from_zip("a.zip", &edited(&[])).unwrap();
        let updated = earlier.updated_to(&blueprint(&after)).unwrap();
        let rows = updated.losses.rows();
        assert_eq!(rows[0].environment, "dev");
        assert!(rows[0].loses.is_some(), "{rows:?}");
        assert_eq!(rows.last().unwrap().loses, None);
    }

    #[test]
    fn a_folder_or_zip_without_modes_gets_those_that_were_composed() {
        let zip = edited(&[]);
        let contents = archive::files(&zip).unwrap().into_iter();
        let contents = contents.map(|(path, file)| (path, file.content)).collect();
        let from_folder = EarlierDownload::from_folder("orders", contents);
        let after = blueprint(&with("environments.dev.compute.instance_count", 4));
        let of_folder = from_folder.updated_to(&after).unwrap();
        let of_zip = EarlierDownload::from_zip("a.zip", &zip).unwrap();
        let of_zip = of_zip.updated_to(&after).unwrap();
        assert_eq!(of_folder.zip().unwrap(), of_zip.zip().unwrap());
    }

    #[test]
    fn values_that_do_not_fit_are_shown_and_conflicts_are_listed() {
        let tfvars = text_of(TFVARS);
        let edits: &[(&str, &[u8])] = &[(TFVARS, b"region = \"eu-west-9\"\n")];
        let earlier = EarlierDownload::from_zip("a.zip", &edited(edits)).unwrap();
        let after = blueprint(&with("environments.dev.compute.instance_count", 4));
        let updated = earlier.updated_to(&after).unwrap();
        let attention: Vec<_> = updated.attention().collect();
        assert_eq!(attention.len(), 1, "{attention:?} of {tfvars}");
        let (path, why, changes) = &attention[0];
        assert_eq!(*path, TFVARS);
        assert!(why.starts_with("your values stay."), "{why}");
        assert!(changes.is_some_and(|changes| changes.contains("+")));
        let files = archive::files(&updated.zip().unwrap()).unwrap();
        assert_eq!(files[TFVARS].content, b"region = \"eu-west-9\"\n");
    }

    #[test]
    fn what_can_not_be_updated_says_why() {
        #[track_caller]
        fn check(edits: &[(&str, &[u8])], expected: &str) {
            let earlier = EarlierDownload::from_zip("a.zip", &edited(edits)).unwrap();
            let error = earlier.updated_to(&blueprint(&lean())).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        check(
            &[(MANIFEST, b"\xff")],
            "a.zip has no .composer/manifest.json, so",
        );
        check(
            &[(BASE, b"*")],
            "a.zip can't be updated: .composer/base is damaged (Invalid symbol 42, offset 0.). Restore its folder .composer.",
        );
        check(
            &[(".composer/update/journal.json", b"[]")],
            "An update of a.zip was ended before it was complete. Run",
        );
        let conflict = format!(
            "<<<<<<< a\nx\n||||||| b\n=======\ny\n>>>>>>> c\n{}",
            text_of(MAIN)
        );
        check(
            &[(MAIN, conflict.as_bytes())],
            "terraform/envs/dev/main.tf in a.zip has conflicts of an earlier update. Edit it",
        );
    }
}
