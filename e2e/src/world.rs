//! A city of its own for each journey, in a folder of its own, on ports of its own.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use demo_city::city::{City, Plan};
use demo_city::folder;
use demo_city::port;
use demo_city::programs::Programs;
use demo_city::service::Doorway;

use crate::lying_portal::LyingPortal;

/// Real services with the story's documents, and perhaps a liar in front of them.
pub struct World {
    /// The city.
    pub city: City,
    /// The portal that people meet, if it is not the service itself.
    pub portal: Option<LyingPortal>,
    /// What the service serves as pages: a copy of the app, to which a journey may add files.
    pub www: PathBuf,
    _folders: [Folder; 2],
}

impl World {
    /// A city whose service serves the app itself.
    ///
    /// # Errors
    /// When something has not been built or does not start.
    pub fn open(journey: &str) -> Result<Self> {
        let service_port = port::free_ports(1)?[0];
        Self::build(journey, service_port, None)
    }

    /// A city whose people meet it through a portal that may lie. It begins honestly.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn behind_a_portal(journey: &str) -> Result<Self> {
        let ports = port::free_ports(2)?;
        let portal = LyingPortal::start(ports[1], &format!("http://127.0.0.1:{}", ports[0]))?;
        Self::build(journey, ports[0], Some(portal))
    }

    fn build(journey: &str, port: u16, portal: Option<LyingPortal>) -> Result<Self> {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web-app/dist");
        ensure!(
            dist.join("sw.js").is_file(),
            "the web app has not been built; `cargo xtask web` does that"
        );
        let folder = Folder::new(journey)?;
        // Beside the city's own folder, of which the city disposes.
        let pages = Folder::new(&format!("{journey}-www"))?;
        let www = pages.0.clone();
        folder::copy(&dist, &www)?;
        let public_url = portal.as_ref().map(|portal| portal.url().to_owned());
        let plan = Plan {
            folder: folder.0.clone(),
            programs: Programs::beside_this_one()?,
            validators: 1,
            doorway: Doorway {
                port,
                public_url,
                web: Some(www.clone()),
            },
        };
        let city = City::open(plan, &mut |_| {})?;
        Ok(Self {
            city,
            portal,
            www,
            _folders: [folder, pages],
        })
    }

    /// A page of the app, as people reach it.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.city.service.public_url())
    }
}

/// A folder that goes when the journey was good, and stays with its logs when it was not.
struct Folder(PathBuf);

impl Folder {
    fn new(journey: &str) -> Result<Self> {
        let name = format!("tallystick-e2e-{}-{journey}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }
}
