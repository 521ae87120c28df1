use super::{
    ConvertError,
    ct2::{Element, Weights},
};

/// A tensor under the name that OpenAI gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) name: String,
    /// Slowest dimension first.
    pub(super) shape: Vec<usize>,
    /// Half-precision numbers, little endian.
    pub(super) halves: &'a [u8],
}

/// The measures of a model, in the order of a ggml file's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dimensions {
    pub(super) vocabulary: usize,
    pub(super) audio_frames: usize,
    pub(super) audio_width: usize,
    pub(super) audio_heads: usize,
    pub(super) audio_layers: usize,
    pub(super) text_tokens: usize,
    pub(super) text_width: usize,
    pub(super) text_heads: usize,
    pub(super) text_layers: usize,
    pub(super) mels: usize,
}

/// Lays out the tensors of a model in OpenAI's order and under OpenAI's names.
///
/// CTranslate2 fuses query, key and value into one matrix and so do we cut it by rows. Both keep
/// linear weights as `[out, in]`, so nothing is transposed. Keys have no bias in OpenAI's model;
/// the fused one must be zero there.
pub(super) fn lay_out<'a>(
    weights: &Weights<'a>,
) -> Result<(Dimensions, Vec<Named<'a>>), ConvertError> {
    let dimensions = dimensions(weights)?;
    let mut layout = Layout { weights, width: dimensions.audio_width, named: Vec::new() };
    layout.copy("decoder.positional_embedding", "decoder/position_encodings/encodings")?;
    layout.copy("encoder.positional_embedding", "encoder/position_encodings/encodings")?;
    layout.copy("decoder.token_embedding.weight", "decoder/embeddings/weight")?;
    for layer in 0..dimensions.text_layers {
        let (to, from) = (format!("decoder.blocks.{layer}"), format!("decoder/layer_{layer}"));
        layout.block(&to, &from)?;
        layout.norm(&format!("{to}.cross_attn_ln"), &format!("{from}/attention/layer_norm"))?;
        layout.cross_attention(&format!("{to}.cross_attn"), &format!("{from}/attention"))?;
    }
    layout.norm("decoder.ln", "decoder/layer_norm")?;
    layout.linear("encoder.conv1", "encoder/conv1")?;
    layout.linear("encoder.conv2", "encoder/conv2")?;
    for layer in 0..dimensions.audio_layers {
        let (to, from) = (format!("encoder.blocks.{layer}"), format!("encoder/layer_{layer}"));
        layout.block(&to, &from)?;
    }
    layout.norm("encoder.ln_post", "encoder/layer_norm")?;
    Ok((dimensions, layout.named))
}

fn dimensions(weights: &Weights<'_>) -> Result<Dimensions, ConvertError> {
    let shape = |name: &str| tensor(weights, name).map(|it| it.shape.clone());
    let matrix = |name: &str| {
        let shape = shape(name)?;
        match *shape {
            [rows, columns] => Ok((rows, columns)),
            _ => Err(ConvertError::Shape { name: name.to_owned(), shape }),
        }
    };
    let layers = |side: &str| {
        let there =
            |it: &usize| weights.get(&format!("{side}/layer_{it}/ffn/linear_0/weight")).is_some();
        (0..).take_while(there).count()
    };
    let (audio_frames, audio_width) = matrix("encoder/position_encodings/encodings")?;
    let (text_tokens, _) = matrix("decoder/position_encodings/encodings")?;
    let (vocabulary, text_width) = matrix("decoder/embeddings/weight")?;
    let convolution = shape("encoder/conv1/weight")?;
    let [_, mels, _] = *convolution else {
        let name = "encoder/conv1/weight".to_owned();
        return Err(ConvertError::Shape { name, shape: convolution });
    };
    Ok(Dimensions {
        vocabulary,
        audio_frames,
        audio_width,
        audio_heads: scalar(weights, "encoder/num_heads")?,
        audio_layers: layers("encoder"),
        text_tokens,
        text_width,
        text_heads: scalar(weights, "decoder/num_heads")?,
        text_layers: layers("decoder"),
        mels,
    })
}

fn tensor<'w, 'a>(
    weights: &'w Weights<'a>,
    name: &str,
) -> Result<&'w super::ct2::Tensor<'a>, ConvertError> {
    weights.get(name).ok_or_else(|| ConvertError::Missing { name: name.to_owned() })
}

/// A count that the file keeps as a 16-bit scalar.
fn scalar(weights: &Weights<'_>, name: &str) -> Result<usize, ConvertError> {
    let tensor = tensor(weights, name)?;
    let wrong = || ConvertError::Shape { name: name.to_owned(), shape: tensor.shape.clone() };
    let &[low, high] = tensor.bytes else { return Err(wrong()) };
    usize::try_from(i16::from_le_bytes([low, high])).map_err(|_| wrong())
}

struct Layout<'w, 'a> {
    weights: &'w Weights<'a>,
    width: usize,
    named: Vec<Named<'a>>,
}

impl<'a> Layout<'_, 'a> {
    fn halves(&self, name: &str) -> Result<Named<'a>, ConvertError> {
        let tensor = tensor(self.weights, name)?;
        if tensor.element != Element::F16 {
            return Err(ConvertError::NotHalfPrecision { name: name.to_owned() });
        }
        Ok(Named { name: name.to_owned(), shape: tensor.shape.clone(), halves: tensor.bytes })
    }

    fn copy(&mut self, to: &str, from: &str) -> Result<(), ConvertError> {
        let tensor = Named { name: to.to_owned(), ..self.halves(from)? };
        self.named.push(tensor);
        Ok(())
    }

    fn norm(&mut self, to: &str, from: &str) -> Result<(), ConvertError> {
        self.copy(&format!("{to}.weight"), &format!("{from}/gamma"))?;
        self.copy(&format!("{to}.bias"), &format!("{from}/beta"))
    }

    fn linear(&mut self, to: &str, from: &str) -> Result<(), ConvertError> {
        self.copy(&format!("{to}.weight"), &format!("{from}/weight"))?;
        self.copy(&format!("{to}.bias"), &format!("{from}/bias"))
    }

    /// What encoder and decoder blocks share, in OpenAI's order.
    fn block(&mut self, to: &str, from: &str) -> Result<(), ConvertError> {
        self.norm(&format!("{to}.mlp_ln"), &format!("{from}/ffn/layer_norm"))?;
        self.linear(&format!("{to}.mlp.0"), &format!("{from}/ffn/linear_0"))?;
        self.linear(&format!("{to}.mlp.2"), &format!("{from}/ffn/linear_1"))?;
        self.norm(&format!("{to}.attn_ln"), &format!("{from}/self_attention/layer_norm"))?;
        let (to, from) = (format!("{to}.attn"), format!("{from}/self_attention"));
        let fused = format!("{from}/linear_0");
        self.rows(&format!("{to}.query"), &fused, 0, 3)?;
        self.key(&to, &fused, 1, 3)?;
        self.rows(&format!("{to}.value"), &fused, 2, 3)?;
        self.linear(&format!("{to}.out"), &format!("{from}/linear_1"))
    }

    fn cross_attention(&mut self, to: &str, from: &str) -> Result<(), ConvertError> {
        self.linear(&format!("{to}.query"), &format!("{from}/linear_0"))?;
        let fused = format!("{from}/linear_1");
        self.key(to, &fused, 0, 2)?;
        self.rows(&format!("{to}.value"), &fused, 1, 2)?;
        self.linear(&format!("{to}.out"), &format!("{from}/linear_2"))
    }

    /// Weight and bias of one part of a fused matrix.
    fn rows(
        &mut self,
        to: &str,
        fused: &str,
        part: usize,
        parts: usize,
    ) -> Result<(), ConvertError> {
        for kind in ["weight", "bias"] {
            let tensor = self.cut(&format!("{fused}/{kind}"), part, parts)?;
            self.named.push(Named { name: format!("{to}.{kind}"), ..tensor });
        }
        Ok(())
    }

    fn key(
        &mut self,
        to: &str,
        fused: &str,
        part: usize,
        parts: usize,
    ) -> Result<(), ConvertError> {
        let bias = self.cut(&format!("{fused}/bias"), part, parts)?;
        // Either sign of zero.
        if bias.halves.chunks_exact(2).any(|it| it[0] != 0 || it[1] & 0x7f != 0) {
            return Err(ConvertError::KeyBias { name: bias.name });
        }
        let weight = self.cut(&format!("{fused}/weight"), part, parts)?;
        self.named.push(Named { name: format!("{to}.key.weight"), ..weight });
        Ok(())
    }

    /// The rows of one part of a fused tensor, each part as high as the model is wide.
    fn cut(&self, name: &str, part: usize, parts: usize) -> Result<Named<'a>, ConvertError> {
        let tensor = self.halves(name)?;
        let part_bytes = tensor.halves.len() / parts;
        let shape = match &*tensor.shape {
            [rows, rest @ ..] if Some(*rows) == self.width.checked_mul(parts) => {
                [&[self.width], rest].concat()
            }
            _ => return Err(ConvertError::Shape { name: tensor.name, shape: tensor.shape }),
        };
        let halves = &tensor.halves[part * part_bytes..(part + 1) * part_bytes];
        Ok(Named { shape, halves, ..tensor })
    }
}
