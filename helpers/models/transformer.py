"""The transformer (Vaswani et al., 2017), as it is taught, in Keras: masks, attention, encoder and decoder.

A mask is 1 where a position may be seen and 0 elsewhere.
"""

import keras
from keras import layers, ops

from helpers.nn import attention

Tensor = object  # what the backend of Keras calls a tensor
EPSILON = 1e-6


def positional_encoding(positions: int, d: int) -> Tensor:
    """Sines and cosines of each position (1, positions, d), of Keras's float type; `helpers.nn.attention` has more."""
    return ops.convert_to_tensor(attention.positional_encoding(positions, d), dtype=keras.config.floatx())


def create_padding_mask(token_ids: Tensor) -> Tensor:
    """Mask (m, 1, T) of token ids (m, T): 0 where the id is 0."""
    return ops.cast(ops.not_equal(token_ids, 0), keras.config.floatx())[:, None, :]


def create_look_ahead_mask(length: int) -> Tensor:
    """Mask (1, length, length) by which a position sees itself and those before it."""
    return ops.tril(ops.ones((1, length, length), dtype=keras.config.floatx()))


def scaled_dot_product_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """softmax(q kᵀ / √d_k + (1 - mask) · -10⁹) v, and the softmax itself.

    Parameters
    ----------
    q : (…, T, d_k)
    k : (…, S, d_k)
    v : (…, S, d_v)
    mask : broadcastable to (…, T, S), or None

    Returns
    -------
    output : (…, T, d_v)
    attention_weights : (…, T, S)
    """
    scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / float(k.shape[-1]) ** 0.5
    if mask is not None:
        scores = scores + (1 - ops.cast(mask, scores.dtype)) * -1e9
    powers = ops.exp(scores - ops.max(scores, axis=-1, keepdims=True))  # ops.softmax warns where there is a single key
    weights = powers / ops.sum(powers, axis=-1, keepdims=True)
    return ops.matmul(weights, v), weights


def multi_head_attention(
    layer: layers.MultiHeadAttention, query: Tensor, value: Tensor, mask: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """What `layer(query, value, attention_mask=mask, return_attention_scores=True)` gives, by hand.

    Parameters
    ----------
    layer : keras.layers.MultiHeadAttention
        Built.
    query : (m, T, d)
    value : (m, S, d)
    mask : broadcastable to (m, T, S), or None

    Returns
    -------
    output : (m, T, d)
    attention_weights : (m, heads, T, S)
    """
    projected = layer.query_dense(query), layer.key_dense(value), layer.value_dense(value)
    heads = (ops.swapaxes(one, 1, 2) for one in projected)  # (m, heads, T or S, size)
    found, weights = scaled_dot_product_attention(*heads, None if mask is None else mask[:, None])
    return layer.output_dense(ops.swapaxes(found, 1, 2)), weights


def fully_connected(embedding_dim: int, fully_connected_dim: int) -> keras.Model:
    """Two layers, ReLU between, the same for each position: (m, T, d) to (m, T, d)."""
    return keras.Sequential([layers.Dense(fully_connected_dim, activation="relu"), layers.Dense(embedding_dim)])


class MaskedLayer(layers.Layer):
    """A layer whose `mask` is an argument like any other: Keras hands none on by itself, and does not warn of it."""

    def __init__(self) -> None:
        super().__init__()
        self.supports_masking = True

    def compute_mask(self, inputs: Tensor, previous_mask: Tensor | None) -> None:
        """No mask goes with the output."""


class EncoderLayer(MaskedLayer):
    """Self-attention and a network for each position, each followed by residual connection and layer normalization."""

    def __init__(
        self,
        embedding_dim: int,
        num_heads: int,
        fully_connected_dim: int,
        dropout_rate: float = 0.1,
        layernorm_eps: float = EPSILON,
    ) -> None:
        super().__init__()
        self.mha = layers.MultiHeadAttention(num_heads, embedding_dim, dropout=dropout_rate)
        self.ffn = fully_connected(embedding_dim, fully_connected_dim)
        self.layernorm1 = layers.LayerNormalization(epsilon=layernorm_eps)
        self.layernorm2 = layers.LayerNormalization(epsilon=layernorm_eps)
        self.dropout_ffn = layers.Dropout(dropout_rate)

    def call(self, x: Tensor, training: bool = False, mask: Tensor | None = None) -> Tensor:
        """Positions (m, S, d) to positions (m, S, d)."""
        x = self.layernorm1(x + self.mha(x, x, attention_mask=mask, training=training))
        return self.layernorm2(x + self.dropout_ffn(self.ffn(x), training=training))


def embed(part: layers.Layer, tokens: Tensor, first: int = 0) -> Tensor:
    """Vectors (m, T, d) of tokens (m, T) from position `first` on, as an encoder or a decoder makes them."""
    x = part.embedding(tokens) * float(part.embedding_dim) ** 0.5
    return x + ops.cast(part.pos_encoding[:, first : first + tokens.shape[1]], x.dtype)


class _Embedded(MaskedLayer):
    """What encoder and decoder begin with: embedding, encoding of positions, dropout."""

    def __init__(self, embedding_dim: int, vocabulary_size: int, maximum_length: int, dropout_rate: float) -> None:
        super().__init__()
        self.embedding_dim = embedding_dim
        self.embedding = layers.Embedding(vocabulary_size, embedding_dim)
        self.pos_encoding = positional_encoding(maximum_length, embedding_dim)
        self.dropout = layers.Dropout(dropout_rate)


class Encoder(_Embedded):
    """Embedding, then `num_layers` layers of `EncoderLayer`."""

    def __init__(
        self,
        num_layers: int,
        embedding_dim: int,
        num_heads: int,
        fully_connected_dim: int,
        input_vocab_size: int,
        maximum_position_encoding: int,
        dropout_rate: float = 0.1,
        layernorm_eps: float = EPSILON,
    ) -> None:
        super().__init__(embedding_dim, input_vocab_size, maximum_position_encoding, dropout_rate)
        sizes = (embedding_dim, num_heads, fully_connected_dim, dropout_rate, layernorm_eps)
        self.enc_layers = [EncoderLayer(*sizes) for _ in range(num_layers)]

    def call(self, x: Tensor, training: bool = False, mask: Tensor | None = None) -> Tensor:
        """Tokens (m, S) to positions (m, S, d)."""
        x = self.dropout(embed(self, x), training=training)
        for layer in self.enc_layers:
            x = layer(x, training=training, mask=mask)
        return x


class DecoderLayer(MaskedLayer):
    """Masked self-attention, attention to the encoder's output, and a network for each position."""

    def __init__(
        self,
        embedding_dim: int,
        num_heads: int,
        fully_connected_dim: int,
        dropout_rate: float = 0.1,
        layernorm_eps: float = EPSILON,
    ) -> None:
        super().__init__()
        self.mha1 = layers.MultiHeadAttention(num_heads, embedding_dim, dropout=dropout_rate)
        self.mha2 = layers.MultiHeadAttention(num_heads, embedding_dim, dropout=dropout_rate)
        self.ffn = fully_connected(embedding_dim, fully_connected_dim)
        self.layernorm1 = layers.LayerNormalization(epsilon=layernorm_eps)
        self.layernorm2 = layers.LayerNormalization(epsilon=layernorm_eps)
        self.layernorm3 = layers.LayerNormalization(epsilon=layernorm_eps)
        self.dropout_ffn = layers.Dropout(dropout_rate)

    def call(
        self,
        x: Tensor,
        enc_output: Tensor,
        training: bool = False,
        look_ahead_mask: Tensor | None = None,
        padding_mask: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Positions (m, T, d), and the weights of both attentions, (m, heads, T, T) and (m, heads, T, S)."""
        options = {"return_attention_scores": True, "training": training}
        found, weights_1 = self.mha1(x, x, attention_mask=look_ahead_mask, **options)
        x = self.layernorm1(x + found)
        found, weights_2 = self.mha2(x, enc_output, attention_mask=padding_mask, **options)
        x = self.layernorm2(x + found)
        return self.layernorm3(x + self.dropout_ffn(self.ffn(x), training=training)), weights_1, weights_2


class Decoder(_Embedded):
    """Embedding, then `num_layers` layers of `DecoderLayer`."""

    def __init__(
        self,
        num_layers: int,
        embedding_dim: int,
        num_heads: int,
        fully_connected_dim: int,
        target_vocab_size: int,
        maximum_position_encoding: int,
        dropout_rate: float = 0.1,
        layernorm_eps: float = EPSILON,
    ) -> None:
        super().__init__(embedding_dim, target_vocab_size, maximum_position_encoding, dropout_rate)
        sizes = (embedding_dim, num_heads, fully_connected_dim, dropout_rate, layernorm_eps)
        self.dec_layers = [DecoderLayer(*sizes) for _ in range(num_layers)]

    def call(
        self,
        x: Tensor,
        enc_output: Tensor,
        training: bool = False,
        look_ahead_mask: Tensor | None = None,
        padding_mask: Tensor | None = None,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Positions (m, T, d) of tokens (m, T), and the weights of attention by name."""
        masks = {"look_ahead_mask": look_ahead_mask, "padding_mask": padding_mask}
        x, attention_weights = self.dropout(embed(self, x), training=training), {}
        for number, layer in enumerate(self.dec_layers, start=1):
            x, own, source = layer(x, enc_output, training=training, **masks)
            attention_weights[f"decoder_layer{number}_block1_self_att"] = own
            attention_weights[f"decoder_layer{number}_block2_decenc_att"] = source
        return x, attention_weights


class Transformer(keras.Model):
    """Encoder, decoder, and a softmax over the target's vocabulary."""

    def __init__(
        self,
        num_layers: int,
        embedding_dim: int,
        num_heads: int,
        fully_connected_dim: int,
        input_vocab_size: int,
        target_vocab_size: int,
        max_positional_encoding_input: int,
        max_positional_encoding_target: int,
        dropout_rate: float = 0.1,
        layernorm_eps: float = EPSILON,
    ) -> None:
        super().__init__(name="transformer")
        sizes, rest = (num_layers, embedding_dim, num_heads, fully_connected_dim), (dropout_rate, layernorm_eps)
        self.encoder = Encoder(*sizes, input_vocab_size, max_positional_encoding_input, *rest)
        self.decoder = Decoder(*sizes, target_vocab_size, max_positional_encoding_target, *rest)
        self.final_layer = layers.Dense(target_vocab_size, activation="softmax")

    def call(
        self,
        inputs: tuple[Tensor, Tensor],
        training: bool = False,
        enc_padding_mask: Tensor | None = None,
        look_ahead_mask: Tensor | None = None,
        dec_padding_mask: Tensor | None = None,
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Probabilities (m, T, V) of the token after each of the target's, and the weights of attention by name.

        Parameters
        ----------
        inputs : source (m, S) and target (m, T), ids of tokens
        training : bool
            Whether dropout acts.
        enc_padding_mask, dec_padding_mask : broadcastable to (m, S, S) and (m, T, S), or None
            Of the source, for the encoder and for the decoder's second attention.
        look_ahead_mask : broadcastable to (m, T, T), or None
        """
        source, target = inputs
        encoded = self.encoder(source, training=training, mask=enc_padding_mask)
        masks = {"look_ahead_mask": look_ahead_mask, "padding_mask": dec_padding_mask}
        x, attention_weights = self.decoder(target, encoded, training=training, **masks)
        return self.final_layer(x), attention_weights
