//! Blobs are whole, durable and checked.

use okno_store::{StoreError, blobs::Blobs};
use std::{fs, path::Path};

fn file(root: &Path, key: &str) -> std::path::PathBuf {
    root.join(&key[..2]).join(&key[2..4]).join(key)
}

#[tokio::test]
async fn a_blob_comes_back_by_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    let key = blobs.put("abc").await.unwrap();
    assert_eq!(key, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(blobs.get(&key).await.unwrap(), "abc");
    assert!(blobs.exists(&key).await.unwrap());
    let empty = blobs.put("").await.unwrap();
    assert_eq!(blobs.get(&empty).await.unwrap(), "");
    assert_eq!(fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0, "nothing unfinished is left");

    let big = vec![7u8; 1_000_003];
    let key = blobs.put(big.clone()).await.unwrap();
    let mut reader = blobs.reader(&key).await.unwrap();
    assert_eq!(reader.size(), 1_000_003);
    let (mut all, mut pieces) = (Vec::new(), 0);
    while let Some(piece) = reader.next().await.unwrap() {
        all.extend_from_slice(&piece);
        pieces += 1;
    }
    assert!(all == big && pieces > 10);
    assert!(reader.next().await.unwrap().is_none());
}

#[tokio::test]
async fn the_same_content_is_stored_once_also_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    let puts: Vec<_> = (0..20)
        .map(|_| {
            let blobs = blobs.clone();
            tokio::spawn(async move { blobs.put(vec![1u8; 100_000]).await.unwrap() })
        })
        .collect();
    let mut keys = std::collections::BTreeSet::new();
    for put in puts {
        keys.insert(put.await.unwrap());
    }
    assert_eq!(keys.len(), 1);
    let key = keys.pop_first().unwrap();
    let inode = |p: &Path| std::os::unix::fs::MetadataExt::ino(&fs::metadata(p).unwrap());
    let before = inode(&file(folder.path(), &key));
    blobs.put(vec![1u8; 100_000]).await.unwrap();
    assert_eq!(inode(&file(folder.path(), &key)), before, "never overwritten");
}

#[tokio::test]
async fn damage_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    let good = vec![9u8; 200_000];
    let key = blobs.put(good.clone()).await.unwrap();
    let path = file(folder.path(), &key);
    let mut flipped = good.clone();
    flipped[150_000] ^= 1;
    fs::write(&path, &flipped).unwrap();
    assert!(matches!(blobs.get(&key).await, Err(StoreError::Corrupt(_))));
    let mut reader = blobs.reader(&key).await.unwrap();
    let end = loop {
        match reader.next().await {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(matches!(end, Err(StoreError::Corrupt(_))), "{end:?}");

    fs::write(&path, &good[..1000]).unwrap();
    assert!(matches!(blobs.get(&key).await, Err(StoreError::Corrupt(_))));
    assert_eq!(blobs.put(good.clone()).await.unwrap(), key);
    assert!(blobs.get(&key).await.unwrap() == good, "a truncated blob is healed when its content comes again");
}

#[tokio::test]
async fn strange_keys_reach_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    for key in ["", "../../etc/passwd", &"A".repeat(64), &"é".repeat(32), &format!("../{}", "a".repeat(61))] {
        assert!(matches!(blobs.get(key).await, Err(StoreError::Corrupt(_))), "{key}");
    }
    assert!(matches!(blobs.get(&"a".repeat(64)).await, Err(StoreError::Missing)));
    assert!(!blobs.exists(&"a".repeat(64)).await.unwrap());
}

#[tokio::test]
async fn leftovers_of_a_crash_are_swept_and_young_files_stay() {
    let folder = tempfile::tempdir().unwrap();
    drop(Blobs::open(folder.path()).unwrap());
    let (old, young) = (folder.path().join("tmp/new-1-1"), folder.path().join("tmp/new-1-2"));
    for path in [&old, &young] {
        fs::write(path, "half").unwrap();
    }
    let past = fs::metadata(&young).unwrap().modified().unwrap() - std::time::Duration::from_secs(2 * 24 * 3600);
    fs::File::options().write(true).open(&old).unwrap().set_modified(past).unwrap();
    let blobs = Blobs::open(folder.path()).unwrap();
    assert!(!old.exists() && young.exists());

    // A crashed process with our number, as every process in a container has, left files with the names that we use next.
    for n in 0..5 {
        fs::write(folder.path().join(format!("tmp/new-{}-{n}", std::process::id())), "half").unwrap();
    }
    let key = blobs.put("abc").await.unwrap();
    assert_eq!(blobs.get(&key).await.unwrap(), "abc");
}
