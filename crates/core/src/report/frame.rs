//! Frames of videos, which another program decodes.

use std::path::Path;

use crate::media::format::Format;

/// A still picture of a video, upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
    /// Red, green and blue of each.
    pub rgb: Vec<u8>,
}

/// Makes a frame of a video of that format, whose longest side is at most so many pixels;
/// `None` where that does not work.
pub type MakeFrame<'a> = &'a (dyn Fn(&Path, Format, usize) -> Option<Frame> + Sync);
