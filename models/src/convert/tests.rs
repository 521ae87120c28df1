use super::{
    toy::{Toy, VOCABULARY, counting},
    *,
};
use proptest::prelude::*;

fn converted(toy: &Toy) -> Result<Vec<u8>, ConvertError> {
    let mut out = Vec::new();
    convert(&toy.file(), VOCABULARY.as_bytes(), &mut out)?;
    Ok(out)
}

/// A second reading of the format, by its description and not by the writer's code.
struct Read {
    header: Vec<i32>,
    tokens: Vec<Vec<u8>>,
    /// Name, type, shape with the fastest dimension first, data.
    tensors: Vec<(String, i32, Vec<i32>, Vec<u8>)>,
}

fn read(mut bytes: &[u8]) -> Read {
    fn number(bytes: &mut &[u8]) -> i32 {
        i32::from_le_bytes(bytes.split_off(..4).unwrap().try_into().unwrap())
    }
    fn size(bytes: &mut &[u8]) -> usize {
        usize::try_from(number(bytes)).unwrap()
    }
    let header: Vec<i32> = (0..14).map(|_| number(&mut bytes)).collect();
    bytes.split_off(..80 * 201 * 4).unwrap();
    let count = number(&mut bytes);
    let tokens = (0..count)
        .map(|_| {
            let length = size(&mut bytes);
            bytes.split_off(..length).unwrap().to_vec()
        })
        .collect();
    let mut tensors = Vec::new();
    while !bytes.is_empty() {
        let (rank, length, kind) = (number(&mut bytes), size(&mut bytes), number(&mut bytes));
        let shape: Vec<i32> = (0..rank).map(|_| number(&mut bytes)).collect();
        let name = String::from_utf8(bytes.split_off(..length).unwrap().to_vec()).unwrap();
        let numbers = usize::try_from(shape.iter().product::<i32>()).unwrap();
        let data = bytes.split_off(..numbers * if kind == 1 { 2 } else { 4 }).unwrap();
        tensors.push((name, kind, shape, data.to_vec()));
    }
    Read { header, tokens, tensors }
}

#[test]
fn a_small_model_comes_out_as_the_format_says() {
    let read = read(&converted(&Toy::new()).unwrap());
    assert_eq!(read.header, [MAGIC, 5, 3, 2, 1, 1, 4, 2, 1, 1, 80, 1, 80, 201]);
    assert_eq!(read.tokens, [&b"a"[..], b" b", b""]);

    let names: Vec<&str> = read.tensors.iter().map(|it| it.0.as_str()).collect();
    assert_eq!(names.len(), 3 + (15 + 9) + 2 + 4 + 15 + 2, "{names:#?}");
    assert_eq!(
        names[..12],
        [
            "decoder.positional_embedding",
            "encoder.positional_embedding",
            "decoder.token_embedding.weight",
            "decoder.blocks.0.mlp_ln.weight",
            "decoder.blocks.0.mlp_ln.bias",
            "decoder.blocks.0.mlp.0.weight",
            "decoder.blocks.0.mlp.0.bias",
            "decoder.blocks.0.mlp.2.weight",
            "decoder.blocks.0.mlp.2.bias",
            "decoder.blocks.0.attn_ln.weight",
            "decoder.blocks.0.attn_ln.bias",
            "decoder.blocks.0.attn.query.weight",
        ]
    );
    assert!(!names.iter().any(|it| it.ends_with("key.bias")));

    let tensor = |name: &str| {
        let found = read.tensors.iter().find(|it| it.0 == name).unwrap();
        (found.1, found.2.as_slice(), found.3.as_slice())
    };
    let all = counting(12);
    let fused: [(&str, &[u8]); 3] =
        [("query", &all[..8]), ("key", &all[8..16]), ("value", &all[16..24])];
    for (part, rows) in fused {
        let name = format!("encoder.blocks.0.attn.{part}.weight");
        assert_eq!(tensor(&name), (HALF, &[2, 2][..], rows), "{name}");
    }
    assert_eq!(
        tensor("decoder.blocks.0.cross_attn.value.weight"),
        (HALF, &[2, 2][..], &all[8..16])
    );
    let (kind, shape, data) = tensor("encoder.conv1.bias");
    assert_eq!((kind, shape), (SINGLE, &[1, 2][..]));
    assert_eq!(data, [1.0_f32.to_le_bytes(), f32::to_le_bytes(1.0 + 1.0 / 1024.0)].concat());
    assert_eq!(tensor("encoder.conv1.weight").1, [3, 80, 2]);
    assert_eq!(tensor("encoder.positional_embedding").0, SINGLE);
}

#[test]
fn what_is_no_whisper_model_is_refused_by_name() {
    let mut missing = Toy::new();
    missing.tensors.retain(|it| it.0 != "encoder/layer_norm/gamma");
    let mut key_bias = Toy::new();
    key_bias.bytes("encoder/layer_0/self_attention/linear_0/bias")[4] = 1;
    let mut quantised = Toy::new();
    for it in &mut quantised.tensors {
        if it.0 == "decoder/embeddings/weight" {
            (it.2, it.3) = (1, vec![1; 10]);
        }
    }
    let mut narrow = Toy::new();
    for it in &mut narrow.tensors {
        if it.0 == "encoder/layer_0/self_attention/linear_0/weight" {
            (it.1, it.3) = (vec![5, 2], counting(10));
        }
    }
    let cases = [
        (missing, "the weights have no tensor `encoder/layer_norm/gamma`"),
        (
            key_bias,
            "the keys of `encoder/layer_0/self_attention/linear_0/bias` have a bias, which Whisper's have not",
        ),
        (
            quantised,
            "tensor `decoder/embeddings/weight` is not in half precision; only such models convert exactly",
        ),
        (
            narrow,
            "tensor `encoder/layer_0/self_attention/linear_0/weight` has the shape [5, 2], which no Whisper model has",
        ),
    ];
    for (toy, expected) in cases {
        assert_eq!(converted(&toy).unwrap_err().to_string(), expected);
    }
}

#[test]
fn vocabulary_and_weights_must_belong_together() {
    let vocabulary = b"a\n<|endoftext|>\n";
    let error = convert(&Toy::new().file(), vocabulary, &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), "the vocabulary lists 2 tokens and the weights 5");
}

proptest! {
    #[test]
    fn a_damaged_model_never_panics(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        end in any::<prop::sample::Index>(),
        cut: bool,
    ) {
        let mut weights = Toy::new().file();
        for (at, value) in damage {
            let at = at.index(weights.len());
            weights[at] = value;
        }
        if cut {
            weights.truncate(end.index(weights.len()));
        }
        drop(convert(&weights, VOCABULARY.as_bytes(), &mut std::io::sink()));
    }
}
