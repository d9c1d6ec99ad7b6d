//! The files of a scan: every path under the root by name, each text read once and when first asked for.
//!
//! **Invariant:** the tree opens nothing by itself. `collect` hands it a [`Load`], which keeps to the root.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Seek};
use std::sync::{Arc, OnceLock};

use super::{FileId, Note, Span};

/// Reads one file. The only implementor that touches a disk stands in `collect`.
pub trait Load: Send + Sync {
    /// The text at `path` (relative to the root, `/` between parts), or why it cannot be had.
    fn load(&self, path: &str) -> Result<Arc<str>, Note>;

    /// The bytes at `path`, for who reads them once and keeps a part: its budget is larger than that of a text.
    fn open(&self, path: &str) -> Result<Box<dyn Bytes>, Note> {
        self.load(path).map(|text| Box::new(Cursor::new(Arc::<[u8]>::from(text))) as Box<dyn Bytes>)
    }
}

/// Bytes that are read from their beginning to their end, or in part.
pub trait Bytes: Read + Seek + Send {}

impl<T: Read + Seek + Send> Bytes for T {}

/// One file.
pub struct SourceFile {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// Whether the scan was asked for it; files outside are read only when something refers to them.
    pub in_scope: bool,
    text: OnceLock<Result<Arc<str>, Note>>,
    /// Set when a format reads it without keeping its text.
    streamed: OnceLock<()>,
    kept: OnceLock<Arc<dyn Any + Send + Sync>>,
}

/// All files under the root, sorted by path.
pub struct Tree {
    files: Vec<SourceFile>,
    by_path: BTreeMap<Arc<str>, FileId>,
    loader: Box<dyn Load>,
}

impl Tree {
    /// A tree of `paths`, each with whether it is in scope; `loader` reads them.
    pub fn new(paths: impl IntoIterator<Item = (String, bool)>, loader: Box<dyn Load>) -> Self {
        let mut sorted: BTreeMap<Arc<str>, bool> = BTreeMap::new();
        for (path, in_scope) in paths {
            *sorted.entry(Arc::from(path)).or_default() |= in_scope;
        }
        let files: Vec<_> = sorted
            .into_iter()
            .map(|(path, in_scope)| SourceFile {
                path,
                in_scope,
                text: OnceLock::new(),
                streamed: OnceLock::new(),
                kept: OnceLock::new(),
            })
            .collect();
        let by_path = (0u32..).zip(&files).map(|(id, file)| (file.path.clone(), FileId(id))).collect();
        Self { files, by_path, loader }
    }

    /// A tree of texts in memory, all in scope: for tests and for standard input.
    pub fn from_texts<P: Into<String>, T: AsRef<str>>(texts: impl IntoIterator<Item = (P, T)>) -> Self {
        struct InMemory(BTreeMap<String, Arc<str>>);
        impl Load for InMemory {
            fn load(&self, path: &str) -> Result<Arc<str>, Note> {
                self.0
                    .get(path)
                    .cloned()
                    .ok_or_else(|| Note::new(super::NoteKind::Unreadable, format!("there is no file `{path}`")))
            }
        }
        let texts: BTreeMap<String, Arc<str>> =
            texts.into_iter().map(|(path, text)| (path.into(), Arc::from(text.as_ref()))).collect();
        Self::new(texts.keys().map(|path| (path.clone(), true)).collect::<Vec<_>>(), Box::new(InMemory(texts)))
    }

    /// The same files with further texts beside them, which are out of scope.
    #[must_use]
    pub fn with_texts(self, texts: impl IntoIterator<Item = (String, Arc<str>)>) -> Self {
        struct Beside(BTreeMap<String, Arc<str>>, Box<dyn Load>);
        impl Load for Beside {
            fn load(&self, path: &str) -> Result<Arc<str>, Note> {
                self.0.get(path).map_or_else(|| self.1.load(path), |text| Ok(text.clone()))
            }

            fn open(&self, path: &str) -> Result<Box<dyn Bytes>, Note> {
                match self.0.get(path) {
                    Some(text) => Ok(Box::new(Cursor::new(Arc::<[u8]>::from(text.clone())))),
                    None => self.1.open(path),
                }
            }
        }
        let texts: BTreeMap<String, Arc<str>> = texts.into_iter().collect();
        let files = self.files.iter().map(|file| (file.path.to_string(), file.in_scope));
        let paths: Vec<(String, bool)> = files.chain(texts.keys().map(|path| (path.clone(), false))).collect();
        Self::new(paths, Box::new(Beside(texts, self.loader)))
    }

    /// Every file, in order of path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// The file at `path`, which must be relative to the root and free of `.` and `..`.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The files directly in folder `folder` (empty for the root).
    pub fn in_folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = FileId> + 'a {
        self.under(folder).filter(move |id| self.folder(*id) == folder)
    }

    /// The files in `folder` and below it, in order of path.
    pub fn under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = FileId> + 'a {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.by_path
            .range::<str, _>((std::ops::Bound::Included(prefix.as_str()), std::ops::Bound::Unbounded))
            .take_while({
                let prefix = prefix.clone();
                move |(path, _)| path.starts_with(prefix.as_str())
            })
            .map(|(_, id)| *id)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The path of a file.
    pub fn path(&self, id: FileId) -> Arc<str> {
        self.files.get(id.0 as usize).map_or_else(|| Arc::from(""), |file| file.path.clone())
    }

    /// The path of a file, borrowed; empty if there is no such file.
    pub fn name(&self, id: FileId) -> &str {
        self.files.get(id.0 as usize).map_or("", |file| &*file.path)
    }

    /// The folder a file lies in, empty for the root.
    pub fn folder(&self, id: FileId) -> &str {
        self.files.get(id.0 as usize).and_then(|file| file.path.rsplit_once('/')).map_or("", |(folder, _)| folder)
    }

    /// Whether the scan was asked for this file.
    pub fn in_scope(&self, id: FileId) -> bool {
        self.files.get(id.0 as usize).is_some_and(|file| file.in_scope)
    }

    /// The text of a file, read now if it was not yet; the note says why it cannot be had.
    pub fn text(&self, id: FileId) -> Result<&Arc<str>, &Note> {
        match self.files.get(id.0 as usize) {
            Some(file) => file.text.get_or_init(|| self.loader.load(&file.path)).as_ref(),
            None => {
                static MISSING: OnceLock<Note> = OnceLock::new();
                Err(MISSING.get_or_init(|| Note::new(super::NoteKind::Unreadable, "there is no such file")))
            }
        }
    }

    /// The bytes of a file, out of its text where that was read already.
    pub fn open(&self, id: FileId) -> Result<Box<dyn Bytes + '_>, Note> {
        match self.files.get(id.0 as usize) {
            Some(SourceFile { text, path, .. }) => match text.get() {
                Some(Ok(text)) => Ok(Box::new(Cursor::new(text.as_bytes()))),
                _ => self.loader.open(path),
            },
            None => self.text(id).map(|_| Box::new(Cursor::new([])) as Box<dyn Bytes>).map_err(Note::clone),
        }
    }

    /// Says that a format reads a file by [`Tree::open`], so that it counts as read though its text cannot be had.
    pub fn stream(&self, id: FileId) -> Result<Box<dyn Bytes + '_>, Note> {
        let opened = self.open(id)?;
        if let Some(file) = self.files.get(id.0 as usize) {
            file.streamed.get_or_init(|| ());
        }
        Ok(opened)
    }

    /// Whether a file was read, be it as a text or as bytes.
    pub fn was_read(&self, id: FileId) -> bool {
        let streamed = |file: &SourceFile| file.streamed.get().is_some();
        self.files.get(id.0 as usize).is_some_and(|file| streamed(file) || matches!(file.text.get(), Some(Ok(_))))
    }

    /// The files whose text was asked for, each with its text or why it cannot be had.
    pub fn asked(&self) -> impl Iterator<Item = (FileId, Result<&Arc<str>, &Note>)> {
        self.files()
            .filter(|(_, file)| file.streamed.get().is_none())
            .filter_map(|(id, file)| Some((id, file.text.get()?.as_ref())))
    }

    /// What `make` makes of a file, made once and kept with it: a module that many roots call is parsed once. A file
    /// keeps one thing; asked for another type it gives none.
    pub fn keep<T: Any + Send + Sync>(&self, id: FileId, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        let file = self.files.get(id.0 as usize)?;
        file.kept.get_or_init(|| Arc::new(make())).clone().downcast().ok()
    }

    /// The text at a place, empty if it cannot be had.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).ok().and_then(|text| text.get(span.range())).unwrap_or("")
    }

    /// Joins `relative` (which may hold `.` and `..`) to `folder`; none if it leaves the root.
    pub fn join(folder: &str, relative: &str) -> Option<String> {
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_list_their_own_files_only() {
        let tree = Tree::from_texts([("a/x.tf", ""), ("a/b/y.tf", ""), ("ab/z.tf", ""), ("r.tf", "")]);
        let names = |folder: &str| tree.in_folder(folder).map(|id| tree.path(id).to_string()).collect::<Vec<_>>();
        assert_eq!(names("a"), ["a/x.tf"]);
        assert_eq!(names(""), ["r.tf"]);
        assert_eq!(tree.under("a").count(), 2);
    }

    #[test]
    fn a_path_cannot_leave_the_root() {
        assert_eq!(Tree::join("envs/prod", "../../modules/x"), Some("modules/x".into()));
        assert_eq!(Tree::join("envs", "../../etc"), None);
    }
}
