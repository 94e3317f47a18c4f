//! A target without libFuzzer: reads the files and folders that are named, one after the other.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

pub fn all(probe: fn(&[u8])) -> io::Result<()> {
    let mut count = 0;
    for path in env::args_os().skip(1).map(PathBuf::from) {
        for file in files(&path)? {
            eprintln!("{}", file.display());
            probe(&fs::read(&file)?);
            count += 1;
        }
    }
    eprintln!("{count} read; nothing panicked");
    Ok(())
}

fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut all: Vec<PathBuf> = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    all.sort();
    Ok(all)
}
