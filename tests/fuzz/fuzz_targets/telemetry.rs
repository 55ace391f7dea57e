#![no_main]
mod bounded;
use imm_cluster_core::media::maker::{self, Names};
use imm_cluster_core::media::tiff::ByteOrder;
use imm_cluster_core::media::{dashcam, dji, facts::Facts, gpmf, insta360};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut facts = Facts::default();
    for entries in [
        maker::nikon(bytes),
        maker::nikon_avi(bytes),
        maker::sony(bytes),
        maker::dated(bytes, Some(Names::PENT)),
    ] {
        let _ = maker::take(ByteOrder::Big, entries, &mut facts);
    }
    let _ = maker::embedded(bytes, &mut facts);
    let _ = maker::directory(bytes, ByteOrder::Little, 0, &mut facts);
    let _ = (dji::read(bytes), dashcam::read(bytes), gpmf::read(bytes));
    let _ = (
        dashcam::log(bytes),
        gpmf::zone(bytes),
        maker::sony_clock(bytes),
    );
    assert!(dashcam::blocks(bytes).count() <= bytes.len() / 8);
    let _ = (insta360::first_fix(bytes), insta360::model(bytes));
    bounded::clues(&facts);
});
