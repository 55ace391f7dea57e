//! What the user knows better about files.

use super::below::Below;
use super::files::FileId;
use super::model::{Content, Correction, Dataset, FileRecord, Folder, When};
use super::timeline::Timeline;
use crate::capture::day::Day;
use crate::capture::position::Position;

/// Which files are corrected.
#[derive(Debug, Default)]
pub struct Correctable {
    /// Those at and below these paths.
    pub below: Below,
    /// Those of cameras with this text in their name.
    pub camera: Option<String>,
    /// Those that say that they were taken on this day or later.
    pub from: Option<Day>,
    /// Those that say that they were taken on this day or before.
    pub to: Option<Day>,
}

/// What is corrected of each file. What is `None` stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Amendment {
    /// Whether all corrections of before are taken back.
    pub reset: bool,
    /// When it was taken.
    pub when: Option<When>,
    /// Where it was taken.
    pub position: Option<Position>,
}

/// What a correction came to, in files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Those that are corrected otherwise than before.
    pub changed: usize,
    /// Those that cannot be shifted: they state no time of day, or the result is a time
    /// that no photo can have.
    pub not_shifted: usize,
}

impl Dataset {
    /// The files to correct. They are told by the date that they state themselves: a
    /// correction must not move a file out of the reach of the next.
    pub fn correctable(&self, wanted: &Correctable) -> Vec<FileId> {
        let timeline = Timeline::new(self);
        let camera = wanted.camera.as_deref().map(str::to_lowercase);
        let is_wanted = |(folder, file): (&Folder, &FileRecord)| {
            let by_camera = |wanted: &String| {
                let camera = self.camera_of(file);
                camera.is_some_and(|camera| camera.to_lowercase().contains(wanted))
            };
            !matches!(file.content, Content::Other | Content::Failed(_))
                && camera.as_ref().is_none_or(by_camera)
                && wanted.below.contains(self, folder, file)
                && wanted.has_day_of(&timeline, folder, file)
        };
        self.indexed()
            .filter(|(_, folder, file)| is_wanted((folder, file)))
            .map(|(id, ..)| id)
            .collect()
    }

    /// Corrects files. What they state themselves is kept beside.
    pub fn correct(&mut self, files: &[FileId], amendment: &Amendment) -> Corrected {
        let position = (amendment.position)
            .map(|position| (position, self.places.locate(&self.geocoder, position)));
        let mut corrected = Corrected::default();
        for id in files {
            let Some(file) = self.file_mut(*id) else {
                continue;
            };
            let mut correction = match &file.correction {
                Some(known) if !amendment.reset => Correction::clone(known),
                _ => Correction::default(),
            };
            match amendment.when {
                Some(when) if when.of(file.taken.time).is_some() => correction.when = Some(when),
                Some(_) => corrected.not_shifted += 1,
                None => {}
            }
            correction.position = position.or(correction.position);
            let correction = (correction != Correction::default()).then(|| Box::new(correction));
            corrected.changed += usize::from(file.correction != correction);
            file.correction = correction;
        }
        corrected
    }
}

impl Correctable {
    fn has_day_of(&self, timeline: &Timeline<'_>, folder: &Folder, file: &FileRecord) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let stated = FileRecord {
            correction: None,
            ..file.clone()
        };
        timeline.capture(folder, &stated).is_ok_and(|capture| {
            let day = Day::from(capture.local.date);
            self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
        })
    }
}
