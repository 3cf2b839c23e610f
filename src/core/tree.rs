//! What is composed: files by path, and for each line the value that made it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::path::FieldPath;
use crate::sorted::SortedMap;

/// A composed tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// Shared with the trees before and after, where they are the same.
    files: SortedMap<Arc<str>, Arc<File>>,
}

/// A file of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its text: UTF-8, lines end with a line feed.
    pub text: Cow<'static, str>,
    /// Whether it can be run.
    pub executable: bool,
    origins: Origins,
}

/// Which value made which line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origins {
    /// Every line is there because of this one value: a copied file.
    Whole(FieldPath),
    /// Lines in a row that one value made, each with the number of the line after them.
    Lines(Vec<(usize, FieldPath)>),
}

/// The lines of a generated file, each with the value that made it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    text: String,
    /// As [`Origins::Lines`].
    origins: Vec<(usize, FieldPath)>,
    count: usize,
}

impl Lines {
    /// None yet, with room for those of most files: a text that grows is copied again and again.
    pub(crate) fn with_capacity() -> Self {
        Self {
            text: String::with_capacity(16 * 1024),
            ..Self::default()
        }
    }

    /// Adds a line.
    pub(crate) fn line(&mut self, text: &str, from: &FieldPath) {
        self.write(text).end(from);
    }

    /// Adds the lines of `text`.
    pub(crate) fn lines(&mut self, text: &str, from: &FieldPath) {
        if text.is_empty() {
            return;
        }
        let text = text.strip_suffix('\n').unwrap_or(text);
        self.text.push_str(text);
        self.count += text.bytes().filter(|byte| *byte == b'\n').count();
        self.end(from);
    }

    /// Writes `text` into the line that [`Self::end`] ends.
    pub(crate) fn write(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Writes `count` spaces.
    pub(crate) fn spaces(&mut self, count: usize) -> &mut Self {
        const SPACES: &str = "                                ";
        let mut left = count;
        while left > SPACES.len() {
            self.text.push_str(SPACES);
            left -= SPACES.len();
        }
        self.write(&SPACES[..left])
    }

    /// Ends the line that was written.
    pub(crate) fn end(&mut self, from: &FieldPath) {
        self.text.push('\n');
        self.count += 1;
        match self.origins.last_mut() {
            Some((end, last)) if last == from => *end = self.count,
            _ => self.origins.push((self.count, from.clone())),
        }
    }

    /// Adds `text` to the last line that was ended.
    pub(crate) fn append(&mut self, text: &str) {
        debug_assert!(self.text.ends_with('\n'), "a line was ended");
        self.text.pop();
        self.text.push_str(text);
        self.text.push('\n');
    }
}

impl File {
    /// A file copied as it is, in the tree because of the value at `from`.
    pub(crate) fn copied(text: &'static str, from: FieldPath) -> Self {
        Self {
            text: Cow::Borrowed(text),
            executable: false,
            origins: Origins::Whole(from),
        }
    }

    /// A file that somebody has kept: nobody knows what made its lines. Its line ends become those of a composition.
    pub(crate) fn kept(text: &str, executable: bool) -> Self {
        Self {
            executable,
            ..Self::of_text(text.replace("\r\n", "\n"))
        }
    }

    /// A file of this text, whose lines end as those of a composition: nobody asks what made them.
    pub(crate) fn of_text(text: String) -> Self {
        Self {
            text: Cow::Owned(text),
            executable: false,
            origins: Origins::Whole(FieldPath::root()),
        }
    }

    /// A file of these lines.
    pub(crate) fn generated(lines: Lines) -> Self {
        Self {
            text: Cow::Owned(lines.text),
            executable: false,
            origins: Origins::Lines(lines.origins),
        }
    }

    /// The address of the value that made the line at `index`, counted from zero. Lines that every composition has
    /// lead to the section they belong to, or to the root.
    #[must_use]
    pub fn origin(&self, index: usize) -> Option<&FieldPath> {
        match &self.origins {
            Origins::Whole(from) => (index < self.text.lines().count()).then_some(from),
            Origins::Lines(runs) => {
                let run = runs.partition_point(|(end, _)| *end <= index);
                runs.get(run).map(|(_, from)| from)
            }
        }
    }
}

impl Tree {
    /// Adds a file; each path is composed once.
    pub(crate) fn add(&mut self, path: impl Into<Arc<str>>, file: impl Into<Arc<File>>) {
        let earlier = self.files.insert(path.into(), file.into());
        debug_assert!(earlier.is_none(), "a path is composed once");
    }

    /// The files with their paths, `/` between folders, sorted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (&**path, &**file))
    }

    /// The file at `path`.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path).map(Arc::as_ref)
    }

    /// The files of both, of which no path is in both.
    #[must_use]
    pub(crate) fn with(mut self, other: Self) -> Self {
        for (path, file) in other.files {
            self.add(path, file);
        }
        self
    }

    /// Adds the file that `before` has at `path`. Whether it has one.
    pub(crate) fn reuse(&mut self, before: &Self, path: &str) -> bool {
        let found = before.files.get_key_value(path);
        self.files
            .extend(found.map(|(path, file)| (Arc::clone(path), Arc::clone(file))));
        found.is_some()
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
