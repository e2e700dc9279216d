//! The same by shaders. Union-find by atomics ends in the same groups in whatever order pixels are joined: the root of each is its
//! least node (Jayanti and Tarjan 2016).

use wgpu::Buffer;

use super::components::Kind;
use super::{SOLID, limit, reach, steepness};
use crate::gpu::{Frame, shaders, uniforms};
use crate::passes::flood::on_gpu as flood;
use crate::{CleanMatte, Error};

uniforms! {
    /// Of clean_contrast.
    Contrast { size: [u32; 2], steepness: f32, _pad: u32, }
}

uniforms! {
    /// Of group_weights and group_join.
    Group { size: [u32; 2], holes: u32, _pad: u32, }
}

uniforms! {
    /// Of group_roots and group_areas.
    Size { size: [u32; 2], }
}

uniforms! {
    /// Of clean_remove and clean_fill.
    Small { size: [u32; 2], limit: u32, _pad: u32, }
}

/// Twin of [`super::cpu`].
pub(crate) fn gpu(effect: &CleanMatte, frame: &mut Frame) -> Result<(), Error> {
    let size = [frame.width(), frame.height()];
    let steepness = steepness(effect);
    if steepness > 1.0 {
        let uniforms = Contrast {
            size,
            steepness,
            _pad: 0,
        };
        let picture = frame.run(&shaders::CLEAN_CONTRAST, &uniforms, &[&frame.picture()], size)?;
        frame.set(picture, size[0], size[1]);
    }
    let uniforms = Small {
        size,
        limit: limit(effect.despeckle),
        _pad: 0,
    };
    if uniforms.limit > 0 {
        let [roots, areas] = groups(frame, Kind::Islands)?;
        let picture = frame.run(
            &shaders::CLEAN_REMOVE,
            &uniforms,
            &[&frame.picture(), &roots, &areas],
            size,
        )?;
        frame.set(picture, size[0], size[1]);
    }
    let uniforms = Small {
        size,
        limit: limit(effect.fill_holes),
        _pad: 0,
    };
    if uniforms.limit > 0 {
        let [roots, areas] = groups(frame, Kind::Holes)?;
        let seeds = flood::opaque(frame, SOLID)?;
        let nearest = flood::flood(frame, &seeds, size, reach(effect))?;
        let inputs = [&frame.picture(), &roots, &areas, &nearest];
        let picture = frame.run(&shaders::CLEAN_FILL, &uniforms, &inputs, size)?;
        frame.set(picture, size[0], size[1]);
    }
    Ok(())
}

/// For each pixel the root of its group, from 1 (the group of what lies around the picture), or 0; for each root, from 0, its area.
fn groups(frame: &mut Frame, kind: Kind) -> Result<[Buffer; 2], Error> {
    let size = [frame.width(), frame.height()];
    let nodes = (u64::from(size[0]) * u64::from(size[1]) + 1) * 4;
    let uniforms = Group {
        size,
        holes: u32::from(kind == Kind::Holes),
        _pad: 0,
    };
    let weights = frame.run(&shaders::GROUP_WEIGHTS, &uniforms, &[&frame.picture()], size)?;
    let parents = frame.storage(nodes)?;
    frame.run_into(&shaders::GROUP_JOIN, &uniforms, &[&weights], &parents, size)?;
    let roots = frame.run(&shaders::GROUP_ROOTS, &Size { size }, &[&weights, &parents], size)?;
    let areas = frame.storage(nodes)?;
    frame.run_into(&shaders::GROUP_AREAS, &Size { size }, &[&weights, &roots], &areas, size)?;
    Ok([roots, areas])
}
