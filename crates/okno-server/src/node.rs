//! The data folder belongs to one process at a time, and its name tells who that is.

use anyhow::{Context as _, bail};
use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::Path,
};
use uuid::Uuid;

/// The lock on a data folder. The system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Node {
    name: String,
    _lock: File,
}

impl Node {
    /// Locks the folder and reads the node's name; made at the first start.
    ///
    /// # Errors
    /// Words for the administrator when another process has the folder, or it cannot be written.
    pub(crate) fn lock(folder: &Path, fresh: impl FnOnce() -> Uuid) -> anyhow::Result<Self> {
        let path = folder.join("node");
        let shown = path.display();
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("cannot open {shown}; may okno write there?"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("another okno runs on the data folder {}; stop it, or choose another `data_dir`", folder.display())
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("cannot lock {shown}")),
        }
        let mut name = String::new();
        file.read_to_string(&mut name).with_context(|| format!("cannot read {shown}"))?;
        let name = if let Ok(known) = Uuid::parse_str(name.trim()) {
            known
        } else {
            // New, or its writing was cut short: nobody else can have used that.
            let made = fresh();
            file.rewind()?;
            file.set_len(0)?;
            file.write_all(made.to_string().as_bytes()).with_context(|| format!("cannot write {shown}"))?;
            file.sync_all()?;
            made
        };
        // A copy of the folder on another machine is another node.
        let machine = std::fs::read_to_string("/etc/machine-id").or_else(|_| std::fs::read_to_string("/etc/hostname")).unwrap_or_default();
        Ok(Self { name: format!("{name}@{}", machine.trim()), _lock: file })
    }

    /// The name; the same at every start.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_process_and_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let first = Node::lock(folder.path(), || Uuid::from_u128(7)).unwrap();
        let refused = Node::lock(folder.path(), || Uuid::from_u128(8)).unwrap_err();
        assert!(refused.to_string().contains("another okno runs"), "{refused}");
        let name = first.name().to_owned();
        drop(first);
        assert_eq!(Node::lock(folder.path(), || Uuid::from_u128(9)).unwrap().name(), name);
    }

    #[test]
    fn a_damaged_name_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("node"), "0000").unwrap();
        let node = Node::lock(folder.path(), || Uuid::from_u128(8)).unwrap();
        assert!(node.name().starts_with(&Uuid::from_u128(8).to_string()), "{}", node.name());
    }
}
