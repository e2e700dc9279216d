//! Shaders compiled on first use and kept. In debug builds those that changed on disk are compiled again.

use std::collections::HashMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::SystemTime;

use wgpu::{BindGroupLayout, BindingType, BufferBindingType, ComputePipeline, Device, ErrorFilter, ShaderStages};

use super::Shader;
use super::source::{self, Stitched};
use crate::Error;

/// A compiled shader.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// What runs.
    pub pipeline: ComputePipeline,
    /// 0 uniforms, then read-only storage, last writable storage.
    pub layout: BindGroupLayout,
    /// Invocations of a workgroup.
    pub workgroup_size: [u32; 3],
}

/// Compiled shaders by name.
pub(crate) struct Pipelines {
    kept: HashMap<&'static str, Kept>,
    /// Where shaders are read again from, if at all.
    folder: Option<PathBuf>,
}

struct Kept {
    shader: &'static Shader,
    program: Program,
    /// The files on disk, and when the last of them changed.
    files: Vec<PathBuf>,
    changed: Option<SystemTime>,
}

impl Pipelines {
    /// With this folder (it has `effects` and `shared`) to read changed shaders from.
    pub(crate) fn new(folder: Option<PathBuf>) -> Self {
        let folder = folder.filter(|folder| folder.is_dir());
        Self {
            kept: HashMap::new(),
            folder,
        }
    }

    /// Compiles at the first use.
    pub(crate) fn get(&mut self, device: &Device, shader: &'static Shader) -> Result<Program, Error> {
        if let Some(kept) = self.kept.get(shader.name) {
            return Ok(kept.program.clone());
        }
        let layout = layout(device, shader);
        let pipeline = compile(device, shader.name, shader.source, &layout).map_err(Error::Gpu)?;
        let program = Program {
            pipeline,
            layout,
            workgroup_size: shader.workgroup_size,
        };
        let files = self
            .folder
            .as_deref()
            .and_then(|folder| stitched(folder, shader).ok())
            .map(|stitched| stitched.files);
        let files = files.unwrap_or_default();
        let changed = latest(&files);
        let kept = Kept {
            shader,
            program: program.clone(),
            files,
            changed,
        };
        self.kept.insert(shader.name, kept);
        Ok(program)
    }

    /// Compiles shaders again whose files changed. One that fails keeps its former pipeline. What became of each, in order of
    /// their names.
    pub(crate) fn reload(&mut self, device: &Device) -> Vec<Reloaded> {
        let Some(folder) = self.folder.clone() else {
            return Vec::new();
        };
        let mut reloaded = Vec::new();
        for kept in self.kept.values_mut() {
            let changed = latest(&kept.files);
            if changed == kept.changed {
                continue;
            }
            kept.changed = changed;
            let result = kept.compile_again(device, &folder);
            reloaded.push(Reloaded {
                name: kept.shader.name,
                result,
            });
        }
        reloaded.sort_by_key(|reloaded| reloaded.name);
        reloaded
    }
}

impl Kept {
    fn compile_again(&mut self, device: &Device, folder: &Path) -> Result<(), String> {
        let stitched = stitched(folder, self.shader)?;
        self.files = stitched.files;
        self.changed = latest(&self.files);
        let name = self.shader.name;
        let workgroup_size =
            source::workgroup_size(&stitched.text).ok_or_else(|| format!("{name} has no @workgroup_size"))?;
        self.program.pipeline = compile(device, name, &stitched.text, &self.program.layout)?;
        self.program.workgroup_size = workgroup_size;
        Ok(())
    }
}

/// A shader whose file changed.
#[derive(Debug)]
pub(crate) struct Reloaded {
    /// Which.
    pub name: &'static str,
    /// The message with its excerpt, when it does not compile.
    pub result: Result<(), String>,
}

fn stitched(folder: &Path, shader: &Shader) -> Result<Stitched, String> {
    source::stitch(folder, &folder.join("effects").join(shader.name).with_extension("wgsl"))
}

fn latest(files: &[PathBuf]) -> Option<SystemTime> {
    files
        .iter()
        .filter_map(|file| file.metadata().ok()?.modified().ok())
        .max()
}

fn layout(device: &Device, shader: &Shader) -> BindGroupLayout {
    let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
        binding,
        visibility: ShaderStages::COMPUTE,
        ty: BindingType::Buffer {
            ty,
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let mut entries = vec![entry(0, BufferBindingType::Uniform)];
    entries.extend((1..=shader.inputs).map(|binding| entry(binding, BufferBindingType::Storage { read_only: true })));
    entries.push(entry(
        shader.inputs + 1,
        BufferBindingType::Storage { read_only: false },
    ));
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some(shader.name),
        entries: &entries,
    })
}

fn compile(device: &Device, name: &str, text: &str, layout: &BindGroupLayout) -> Result<ComputePipeline, String> {
    let scope = device.push_error_scope(ErrorFilter::Validation);
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(name),
        source: wgpu::ShaderSource::Wgsl(text.into()),
    });
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(name),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: Some(name),
        layout: Some(&pipeline_layout),
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    match now(scope.pop()).flatten() {
        Some(error) => Err(error.to_string()),
        None => Ok(pipeline),
    }
}

/// What a future that is ready at once gives: wgpu's error scopes are, outside of browsers.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
