use std::collections::HashMap;

use safetensors::tensor::{Dtype, TensorView};
use tempfile::NamedTempFile;

use super::*;

const TO_Q: &str = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q";
const CONV: &str = "unet.down_blocks.0.resnets.0.conv1";
const Q_PROJ: &str = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj";
const KOHYA_TO_Q: &str = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q";
const KOHYA_CONV: &str = "lora_unet_down_blocks_0_resnets_0_conv1";

fn modules() -> Vec<String> {
    [TO_Q, CONV, Q_PROJ].map(str::to_owned).to_vec()
}

/// A tensor counting up from zero.
struct Tensor {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

fn tensor(name: impl Into<String>, shape: &[usize]) -> Tensor {
    let values = 0..shape.iter().product::<usize>();
    let bytes = values.flat_map(|value| (value as f32).to_le_bytes()).collect();
    Tensor {
        name: name.into(),
        dtype: Dtype::F32,
        shape: shape.to_vec(),
        bytes,
    }
}

fn scalar(name: impl Into<String>, value: f32) -> Tensor {
    Tensor {
        name: name.into(),
        dtype: Dtype::F32,
        shape: vec![],
        bytes: value.to_le_bytes().to_vec(),
    }
}

fn bytes_of(tensors: &[Tensor], metadata: &[(&str, &str)]) -> Vec<u8> {
    let views = tensors.iter().map(|tensor| {
        (
            tensor.name.as_str(),
            TensorView::new(tensor.dtype, tensor.shape.clone(), &tensor.bytes).unwrap(),
        )
    });
    let metadata: HashMap<_, _> = metadata
        .iter()
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect();
    safetensors::serialize(views, Some(metadata).filter(|metadata| !metadata.is_empty())).unwrap()
}

fn written(bytes: &[u8]) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

fn open(tensors: &[Tensor], metadata: &[(&str, &str)]) -> Result<LoraFile, LoraFileProblem> {
    let file = written(&bytes_of(tensors, metadata));
    LoraFile::open(file.path(), &modules()).map_err(|error| error.problem)
}

fn pair(module: &str, (down, up): (&str, &str)) -> [Tensor; 2] {
    [
        tensor(format!("{module}{down}"), &[2, 3]),
        tensor(format!("{module}{up}"), &[5, 2]),
    ]
}

fn kohya(module: &str) -> [Tensor; 2] {
    pair(module, (".lora_down.weight", ".lora_up.weight"))
}

#[test]
fn a_kohya_file_with_linear_and_convolution_targets() {
    let mut tensors = Vec::from(kohya(KOHYA_TO_Q));
    tensors.push(scalar(format!("{KOHYA_TO_Q}.alpha"), 1.0));
    tensors.push(tensor(format!("{KOHYA_CONV}.lora_down.weight"), &[4, 2, 3, 3]));
    tensors.push(tensor(format!("{KOHYA_CONV}.lora_up.weight"), &[6, 4, 1, 1]));
    tensors.push(tensor("lora_unet_elsewhere.lora_down.weight", &[1, 1]));
    tensors.push(tensor("lora_unet_elsewhere.lora_up.weight", &[1, 1]));
    let lora = open(&tensors, &[("ss_network_dim", "2")]).unwrap();

    assert_eq!(lora.format, LoraFormat::Kohya);
    assert_eq!(
        lora.targets.keys().map(String::as_str).collect::<Vec<_>>(),
        [TO_Q, CONV]
    );
    let to_q = &lora.targets[TO_Q];
    assert_eq!((to_q.rank(), to_q.alpha, to_q.scale()), (2, 1.0, 0.5));
    assert_eq!(
        (to_q.down.shape.as_slice(), to_q.up.shape.as_slice()),
        ([2, 3].as_slice(), [5, 2].as_slice())
    );
    assert_eq!(to_q.down.values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!((lora.targets[CONV].rank(), lora.targets[CONV].alpha), (4, 4.0));
    assert_eq!(
        lora.unknown,
        [
            "lora_unet_elsewhere.lora_down.weight",
            "lora_unet_elsewhere.lora_up.weight"
        ]
    );
    assert_eq!(lora.metadata["ss_network_dim"], "2");
}

#[test]
fn an_alpha_of_zero_or_none_is_the_rank_and_a_whole_one_may_be_an_integer() {
    let with_alpha = |alpha: Option<Tensor>| {
        let tensors: Vec<_> = kohya(KOHYA_TO_Q).into_iter().chain(alpha).collect();
        open(&tensors, &[]).map(|lora| lora.targets[TO_Q].alpha)
    };
    let name = format!("{KOHYA_TO_Q}.alpha");
    let integer = Tensor {
        name: name.clone(),
        dtype: Dtype::I64,
        shape: vec![],
        bytes: 8i64.to_le_bytes().to_vec(),
    };
    assert_eq!(with_alpha(None).unwrap(), 2.0);
    assert_eq!(with_alpha(Some(scalar(name.clone(), 0.0))).unwrap(), 2.0);
    assert_eq!(with_alpha(Some(integer)).unwrap(), 8.0);
    assert!(matches!(
        with_alpha(Some(tensor(name, &[3]))),
        Err(LoraFileProblem::Alpha { .. })
    ));
}

#[test]
fn peft_files_take_alpha_from_their_metadata() {
    let tensors = [
        pair(TO_Q, (".lora_A.weight", ".lora_B.weight")),
        pair(
            "text_encoder.encoder.layers.0.self_attn.q_proj",
            (".lora_A.weight", ".lora_B.weight"),
        ),
    ];
    let metadata = r#"{"unet.r": 2, "unet.lora_alpha": 6, "unet.alpha_pattern": {}, "text_encoder.lora_alpha": 2}"#;
    let lora = open(
        &tensors.into_iter().flatten().collect::<Vec<_>>(),
        &[("lora_adapter_metadata", metadata)],
    )
    .unwrap();
    assert_eq!(lora.format, LoraFormat::Peft);
    assert_eq!((lora.targets[TO_Q].scale(), lora.targets[Q_PROJ].scale()), (3.0, 1.0));
}

#[test]
fn old_diffusers_files_are_read() {
    let tensors = [
        pair(
            "down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q",
            ("_lora.down.weight", "_lora.up.weight"),
        ),
        pair(
            Q_PROJ,
            (".lora_linear_layer.down.weight", ".lora_linear_layer.up.weight"),
        ),
    ];
    let lora = open(&tensors.into_iter().flatten().collect::<Vec<_>>(), &[]).unwrap();
    assert_eq!(lora.format, LoraFormat::Diffusers);
    assert_eq!(lora.targets.len(), 2);
    assert!(lora.unknown.is_empty());
}

#[test]
fn half_precision_values_are_widened() {
    let half = |name: &str, shape: &[usize], dtype: Dtype, bits: u16| {
        let bytes = (0..shape.iter().product()).flat_map(|_| bits.to_le_bytes()).collect();
        Tensor {
            name: format!("{KOHYA_TO_Q}{name}"),
            dtype,
            shape: shape.to_vec(),
            bytes,
        }
    };
    let tensors = [
        half(
            ".lora_down.weight",
            &[1, 3],
            Dtype::F16,
            half::f16::from_f32(0.5).to_bits(),
        ),
        half(
            ".lora_up.weight",
            &[2, 1],
            Dtype::BF16,
            half::bf16::from_f32(-2.0).to_bits(),
        ),
    ];
    let lora = open(&tensors, &[]).unwrap();
    assert_eq!(lora.targets[TO_Q].down.values, [0.5; 3]);
    assert_eq!(lora.targets[TO_Q].up.values, [-2.0; 2]);
}

#[test]
fn other_methods_are_refused_by_name() {
    for (key, method) in [
        ("dora_scale", "DoRA"),
        ("hada_w1_a", "LoHa"),
        ("lokr_w1", "LoKr"),
        ("lora_mid.weight", "LoCon"),
    ] {
        let mut tensors = Vec::from(kohya(KOHYA_TO_Q));
        tensors.push(tensor(format!("{KOHYA_TO_Q}.{key}"), &[2]));
        let message = open(&tensors, &[]).unwrap_err().to_string();
        assert!(
            message.contains(method) && message.contains("not supported"),
            "{message}"
        );
    }
}

#[test]
fn one_half_of_a_pair_is_an_error() {
    let [down, up] = kohya(KOHYA_TO_Q);
    for (half, missing) in [(down, "up"), (up, "down")] {
        let message = open(&[half], &[]).unwrap_err().to_string();
        assert_eq!(
            message,
            format!("the LoRA file has no {missing} matrix for `{TO_Q}`; it is incomplete, fetch it again")
        );
    }
}

#[test]
fn matrices_that_do_not_fit_are_an_error() {
    for (down, up) in [
        (&[2, 3][..], &[5, 3][..]),
        (&[0, 3], &[5, 0]),
        (&[2, 3, 1, 1], &[5, 2]),
        (&[2, 3, 1, 1], &[5, 2, 3, 3]),
    ] {
        let tensors = [
            tensor(format!("{KOHYA_TO_Q}.lora_down.weight"), down),
            tensor(format!("{KOHYA_TO_Q}.lora_up.weight"), up),
        ];
        assert!(
            matches!(open(&tensors, &[]), Err(LoraFileProblem::Shapes { .. })),
            "{down:?} {up:?}"
        );
    }
}

#[test]
fn two_tensors_for_one_part_are_an_error() {
    let one = kohya("lora_te_text_model_encoder_layers_0_self_attn_q_proj");
    let other = kohya("lora_te1_text_model_encoder_layers_0_self_attn_q_proj");
    let tensors: Vec<_> = one.into_iter().chain(other).collect();
    assert!(matches!(open(&tensors, &[]), Err(LoraFileProblem::Duplicate { .. })));
}

#[test]
fn values_that_are_not_finite_and_other_types_are_errors() {
    let [mut down, up] = kohya(KOHYA_TO_Q);
    down.bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert!(matches!(open(&[down, up], &[]), Err(LoraFileProblem::NotFinite { .. })));
    let [down, mut up] = kohya(KOHYA_TO_Q);
    (up.dtype, up.bytes) = (Dtype::U8, vec![0; 10]);
    let message = open(&[down, up], &[]).unwrap_err().to_string();
    assert!(message.contains("U8") && message.contains("convert"), "{message}");
}

#[test]
fn files_for_nothing_here_are_errors() {
    let other = kohya("lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q");
    assert!(matches!(
        open(&other, &[]),
        Err(LoraFileProblem::OtherModel { tensors: 2, .. })
    ));
    assert!(matches!(
        open(&[tensor("conv_in.weight", &[2])], &[]),
        Err(LoraFileProblem::NoLora)
    ));
    assert!(matches!(open(&[], &[]), Err(LoraFileProblem::NoLora)));
}

#[test]
fn damaged_files_are_errors_that_end_with_the_path() {
    let whole = bytes_of(&kohya(KOHYA_TO_Q), &[]);
    let header_length = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let mut longer = whole.clone();
    longer.push(0);
    let mut huge_header = whole.clone();
    huge_header[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let overlapping = br#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#;
    let overflowing = br#"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,16]}}"#;
    let with_header = |header: &[u8]| [&(header.len() as u64).to_le_bytes(), header, &[0; 16]].concat();
    let cases: [(&str, Vec<u8>); 9] = [
        ("empty", vec![]),
        ("half a length", whole[..5].to_vec()),
        ("half a header", whole[..8 + header_length / 2].to_vec()),
        ("half the data", whole[..whole.len() - 7].to_vec()),
        ("a byte too much", longer),
        ("a header without end", huge_header),
        ("overlapping tensors", with_header(overlapping)),
        ("overflowing shapes", with_header(overflowing)),
        ("a picture", b"\x89PNG\r\n\x1a\n and so on, not a LoRA at all".to_vec()),
    ];
    for (name, bytes) in cases {
        let file = written(&bytes);
        let error = LoraFile::open(file.path(), &modules()).unwrap_err();
        assert!(matches!(error.problem, LoraFileProblem::Damaged(_)), "{name}: {error}");
        assert!(
            error.to_string().ends_with(&format!(": {}", file.path().display())),
            "{error}"
        );
    }
}

#[test]
fn missing_files_and_folders_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let problem = |path: &Path| LoraFile::open(path, &modules()).unwrap_err().problem;
    assert!(matches!(problem(folder.path()), LoraFileProblem::NotAFile));
    assert!(matches!(
        problem(&folder.path().join("none.safetensors")),
        LoraFileProblem::Read(_)
    ));
}

#[test]
fn the_hash_is_that_of_the_whole_file() {
    use sha2::{Digest, Sha256};
    let mut tensors = Vec::from(kohya(KOHYA_TO_Q));
    tensors.push(tensor("another", &[1000]));
    let bytes = bytes_of(&tensors, &[("title", "cats")]);
    let file = written(&bytes);
    let digest = Sha256::digest(&bytes);
    let expected = digest
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let lora = LoraFile::open(file.path(), &modules()).unwrap();
    assert_eq!(lora.sha256, expected);
    assert_eq!(lora.unknown, ["another"]);

    let facts = LoraFacts::open(file.path()).unwrap();
    assert_eq!((facts.sha256, facts.modules, facts.tensors), (expected, 1, 3));
    assert_eq!(facts.ranks, BTreeSet::from([2]));
    assert_eq!(facts.metadata["title"], "cats");
}
