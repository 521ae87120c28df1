use super::ct2;

/// A Whisper model of one layer a side that is two numbers wide, as CTranslate2 stores one.
pub(crate) struct Toy {
    pub(super) tensors: Vec<(String, Vec<u32>, u8, Vec<u8>)>,
}

/// Half precision, the bits of the numbers 1, 2, 3, …
pub(super) fn counting(count: u32) -> Vec<u8> {
    (0..count).flat_map(|it| u16::try_from(0x3c00 + it).unwrap().to_le_bytes()).collect()
}

impl Toy {
    pub(crate) fn new() -> Self {
        let mut toy = Self { tensors: Vec::new() };
        toy.add("decoder/position_encodings/encodings", &[4, 2]);
        toy.add("encoder/position_encodings/encodings", &[3, 2]);
        toy.add("decoder/embeddings/weight", &[5, 2]);
        toy.add("encoder/conv1/weight", &[2, 80, 3]);
        toy.add("encoder/conv1/bias", &[2]);
        toy.add("encoder/conv2/weight", &[2, 2, 3]);
        toy.add("encoder/conv2/bias", &[2]);
        for side in ["encoder", "decoder"] {
            toy.norm(&format!("{side}/layer_norm"));
            toy.tensors.push((format!("{side}/num_heads"), vec![], 2, vec![1, 0]));
            let layer = format!("{side}/layer_0");
            toy.norm(&format!("{layer}/ffn/layer_norm"));
            toy.linear(&format!("{layer}/ffn/linear_0"), 8, 2);
            toy.linear(&format!("{layer}/ffn/linear_1"), 2, 8);
            toy.norm(&format!("{layer}/self_attention/layer_norm"));
            toy.linear(&format!("{layer}/self_attention/linear_0"), 6, 2);
            toy.bytes(&format!("{layer}/self_attention/linear_0/bias"))[4..8].fill(0);
            toy.linear(&format!("{layer}/self_attention/linear_1"), 2, 2);
        }
        toy.norm("decoder/layer_0/attention/layer_norm");
        toy.linear("decoder/layer_0/attention/linear_0", 2, 2);
        toy.linear("decoder/layer_0/attention/linear_1", 4, 2);
        toy.bytes("decoder/layer_0/attention/linear_1/bias")[..4].fill(0);
        toy.linear("decoder/layer_0/attention/linear_2", 2, 2);
        toy
    }

    fn add(&mut self, name: &str, shape: &[u32]) {
        let bytes = counting(shape.iter().product());
        self.tensors.push((name.to_owned(), shape.to_vec(), 4, bytes));
    }

    fn norm(&mut self, name: &str) {
        self.add(&format!("{name}/gamma"), &[2]);
        self.add(&format!("{name}/beta"), &[2]);
    }

    fn linear(&mut self, name: &str, out: u32, from: u32) {
        self.add(&format!("{name}/weight"), &[out, from]);
        self.add(&format!("{name}/bias"), &[out]);
    }

    pub(super) fn bytes(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.tensors.iter_mut().find(|it| it.0 == name).unwrap().3
    }

    pub(crate) fn file(&self) -> Vec<u8> {
        let tensors: Vec<_> =
            self.tensors.iter().map(|it| (it.0.as_str(), &*it.1, it.2, it.3.clone())).collect();
        ct2::tests::file(&tensors, &[("decoder/projection/weight", "decoder/embeddings/weight")])
    }
}

pub(crate) const VOCABULARY: &str = "a\nĠb\n\n<|endoftext|>\n<|startoftranscript|>\n";
