//! Blobs: attachments and raw mail as files named by the SHA-256 of their content.
//!
//! A file appears under its name only when it is whole and on the disk, is never overwritten, and is checked against its name
//! whenever it is read: a flipped bit becomes an error, never an answer.

use crate::StoreError;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Bytes of one piece of a streamed blob.
const PIECE: usize = 64 * 1024;
/// Unfinished files older than this were left by a crash.
const LEFTOVER: Duration = Duration::from_secs(24 * 3600);

/// A directory of blobs. A cheap handle.
#[derive(Debug, Clone)]
pub struct Blobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    unique: AtomicU64,
}

impl Blobs {
    /// Opens the directory, makes it if missing, and removes what a crash left unfinished.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let root = root.into();
        fs::create_dir_all(root.join("tmp")).map_err(|e| failed("make the blob folder", &root, e))?;
        let this = Self(Arc::new(Inner { root, unique: AtomicU64::new(0) }));
        this.0.sweep().map_err(|e| failed("clean the blob folder", &this.0.root, e))?;
        Ok(this)
    }

    /// Stores the bytes and returns their key. When it returns, the blob survives a power cut. [`StoreError::Full`] if there is no space.
    pub async fn put(&self, bytes: impl Into<Bytes>) -> Result<String, StoreError> {
        let (inner, bytes) = (Arc::clone(&self.0), bytes.into());
        blocking(move || inner.put(&bytes)).await
    }

    /// The whole blob. [`StoreError::Missing`] if it is not there, [`StoreError::Corrupt`] if it is damaged.
    pub async fn get(&self, key: &str) -> Result<Bytes, StoreError> {
        let mut reader = self.reader(key).await?;
        let mut all = Vec::new();
        while let Some(piece) = reader.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.into())
    }

    /// The blob piece by piece.
    pub async fn reader(&self, key: &str) -> Result<BlobReader, StoreError> {
        let path = self.0.path(key)?;
        let key = key.to_owned();
        blocking(move || {
            let opened = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
            let (size, file) = opened
                .map_err(|e| if e.kind() == io::ErrorKind::NotFound { StoreError::Missing } else { failed("open the blob", &path, e) })?;
            Ok(BlobReader { key, size, state: Some((file, Sha256::new())) })
        })
        .await
    }

    /// Whether the blob is there. It may still be damaged.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        let path = self.0.path(key)?;
        blocking(move || path.try_exists().map_err(|e| failed("look for the blob", &path, e))).await
    }
}

/// A blob being read.
#[derive(Debug)]
pub struct BlobReader {
    key: String,
    size: u64,
    /// `None` after the last piece.
    state: Option<(File, Sha256)>,
}

impl BlobReader {
    /// Length in bytes.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The next piece; `None` at the end. [`StoreError::Corrupt`] instead of the end if the content does not fit the key:
    /// then what was read before must not be used, and a download must be broken off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        let Some((mut file, mut hash)) = self.state.take() else { return Ok(None) };
        let (file, hash, piece) = blocking(move || {
            let mut piece = vec![0; PIECE];
            let n = file.read(&mut piece).map_err(|e| io_error("read a blob".to_owned(), e))?;
            piece.truncate(n);
            hash.update(&piece);
            Ok((file, hash, piece))
        })
        .await?;
        if !piece.is_empty() {
            self.state = Some((file, hash));
            return Ok(Some(piece.into()));
        }
        if hex::encode(hash.finalize()) != self.key {
            tracing::error!(key = %self.key, "a blob is damaged; restore it from a backup");
            return Err(StoreError::Corrupt(format!("blob {} is damaged; restore it from a backup", self.key)));
        }
        Ok(None)
    }
}

impl Inner {
    /// `ab/cd/abcd...`: folders stay small.
    fn path(&self, key: &str) -> Result<PathBuf, StoreError> {
        let good = key.len() == 64 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !good {
            return Err(StoreError::Corrupt("a blob key is 64 lower-case hexadecimal digits".to_owned()));
        }
        Ok(self.root.join(&key[..2]).join(&key[2..4]).join(key))
    }

    fn put(&self, bytes: &[u8]) -> Result<String, StoreError> {
        let key = hex::encode(Sha256::digest(bytes));
        let path = self.path(&key)?;
        match fs::metadata(&path) {
            Ok(had) if had.len() == bytes.len() as u64 => {}
            Ok(_) => {
                // A truncated file: put it aside and store the good content.
                let aside = self.temporary("damaged");
                fs::rename(&path, &aside).map_err(|e| failed("put aside the damaged blob", &path, e))?;
                tracing::error!(%key, "a blob had the wrong length and was replaced by good content");
                self.write(&path, bytes)?;
            }
            Err(_) => self.write(&path, bytes)?,
        }
        // Also for a blob that was there: whoever wrote it may not have come to this point.
        for folder in path.ancestors().skip(1).take(3) {
            File::open(folder).and_then(|f| f.sync_all()).map_err(|e| failed("sync the folder", folder, e))?;
        }
        Ok(key)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let (mut file, temporary) = self.create().map_err(|e| failed("write the blob", path, e))?;
        let mut write = || {
            file.write_all(bytes)?;
            file.sync_all()?;
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::rename(&temporary, path)
        };
        write().map_err(|e| {
            // It was never acknowledged; what cannot be removed is swept at the next start.
            drop(fs::remove_file(&temporary));
            failed("write the blob", path, e)
        })
    }

    /// A new unfinished file. In containers every process may have the same number, so a name may be taken.
    fn create(&self) -> io::Result<(File, PathBuf)> {
        loop {
            let path = self.temporary("new");
            match File::create_new(&path) {
                Ok(file) => return Ok((file, path)),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    fn temporary(&self, what: &str) -> PathBuf {
        let n = self.unique.fetch_add(1, Ordering::Relaxed);
        self.root.join("tmp").join(format!("{what}-{}-{n}", std::process::id()))
    }

    /// Removes unfinished files. Young ones may belong to another process. The folder's clock is the file system's own.
    fn sweep(&self) -> io::Result<()> {
        let probe = self.temporary("probe");
        let now = File::create(&probe)?.metadata()?.modified()?;
        for entry in fs::read_dir(self.root.join("tmp"))? {
            let entry = entry?;
            let age = now.duration_since(entry.metadata()?.modified()?).unwrap_or_default();
            if age > LEFTOVER && entry.file_name().to_string_lossy().starts_with("new-") {
                fs::remove_file(entry.path())?;
            }
        }
        fs::remove_file(probe)
    }
}

async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(f).await.unwrap_or_else(|e| Err(StoreError::Panicked(e.to_string())))
}

fn failed(what: &str, path: &Path, e: io::Error) -> StoreError {
    io_error(format!("cannot {what} `{}`", path.display()), e)
}

fn io_error(what: String, e: io::Error) -> StoreError {
    if matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
        StoreError::Full
    } else {
        StoreError::Io { what, source: Arc::new(e) }
    }
}
