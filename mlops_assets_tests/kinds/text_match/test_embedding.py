"""Embeddings are read from files, and a model refuses others than those of its fit."""

import importlib.util
import json
import socket
from pathlib import Path

import numpy as np
import pytest
from mlflow.artifacts import download_artifacts

from mlops_assets.errors import InputError
from mlops_assets.kinds.text_match import TextMatchSpec, embedding
from mlops_assets.kinds.text_match.embedding import WORDLLAMA_FILES, embedding_of
from mlops_assets_tests.kinds.text_match.texts import dataset, fit, pair, save

for package in ("wordllama", "onnx", "onnxruntime"):
    pytest.importorskip(package, reason="the extras text, onnx and dev are not installed")

WORDS = ["[UNK]", "python", "java", "nurse"]
TEXTS = ["Senior Python developer", "registered nurse, ward 3", "", "a"]


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def sentence_transformer(tmp_path) -> Path:
    """A real ONNX model: it looks up the vectors of tokens."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({it: at for at, it in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    vectors = np.array([[0, 0], [1, 0], [0.6, 0.8], [0, 1]], "float32")
    inputs = [
        helper.make_tensor_value_info(it, TensorProto.INT64, ["rows", "tokens"])
        for it in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info(
        "last_hidden_state", TensorProto.FLOAT, ["rows", "tokens", 2]
    )
    nodes = [helper.make_node("Gather", ["vectors", "input_ids"], ["last_hidden_state"])]
    graph = helper.make_graph(
        nodes, "small", inputs, [output], [numpy_helper.from_array(vectors, "vectors")]
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(
        helper.make_model(graph, opset_imports=[opset], ir_version=9), tmp_path / "model.onnx"
    )
    return tmp_path


def test_wordllama_gives_the_vectors_of_its_own_package(no_network):
    import wordllama
    from safetensors import safe_open
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    weights, tokenizer = (Path(wordllama.__file__).parent / it for it in WORDLLAMA_FILES)
    with safe_open(str(weights), "numpy") as file:
        vectors = file.get_tensor("embedding.weight")
    own = WordLlamaInference(vectors, Tokenizer.from_file(str(tokenizer)))
    known = [it for it in TEXTS if it]
    expected = own.embed(known, norm=True)
    assert embedding_of("wordllama").encode(known) == pytest.approx(expected, abs=1e-5)


def test_an_empty_text_has_no_direction():
    assert embedding_of("wordllama").encode(TEXTS)[2].tolist() == [0.0] * 256


def test_a_model_with_an_embedding_is_saved_without_its_weights_and_says_which(settings):
    model, rows = fit(embedding="wordllama"), dataset().features
    assert "embedding_similarity" in [*model.pair_table(rows.head(2))]
    saved = save(model, settings)
    assert TextMatchSpec.load(saved).predict(rows).equals(model.predict(rows))
    assert (Path(download_artifacts(saved)) / "model.skops").stat().st_size < 500_000
    sha256 = model.summary().params["embedding_sha256"]
    assert sha256 == embedding_of("wordllama").sha256


def test_what_means_the_same_is_similar_without_a_word_in_common():
    model = fit(embedding="wordllama")
    near = model.pair_table(pair("keeping the books", "bookkeeping"))
    far = model.pair_table(pair("wound care", "bookkeeping"))
    assert near["word_similarity"].tolist() == far["word_similarity"].tolist() == [0]
    assert near["embedding_similarity"][0] > far["embedding_similarity"][0] + 0.2


def test_files_other_than_those_of_the_fit_are_refused(settings, monkeypatch):
    saved = save(fit(embedding="wordllama"), settings)
    other = embedding.Embedding(embedding_of("wordllama").encoder, "f" * 64)
    monkeypatch.setattr(embedding, "_wordllama", lambda: other)
    with pytest.raises(InputError, match="has the SHA-256 ffffffffffff…, and the model was fitted"):
        TextMatchSpec.load(saved)


def test_a_sentence_transformer_of_the_users_is_the_mean_over_the_tokens(sentence_transformer):
    found = embedding_of(str(sentence_transformer)).encode(["python nurse", "java", "python"])
    assert found == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0.6, 0.8], [1, 0]]), abs=1e-6)


def test_a_changed_tokenizer_is_another_embedding(sentence_transformer):
    before = embedding_of(str(sentence_transformer)).sha256
    path = sentence_transformer / "tokenizer.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    embedding._onnx.cache_clear()
    with pytest.raises(InputError, match="restore the files of then, or retrain"):
        embedding_of(str(sentence_transformer), before)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(embedding, "find_spec", lambda it: None if it == "wordllama" else found(it))
    embedding._wordllama.cache_clear()
    with pytest.raises(InputError) as told:
        fit(embedding="wordllama")
    assert told.value.seen == "the package wordllama is not installed"
    assert told.value.todo.startswith("pip install 'mlops-assets[text]'")


def test_a_folder_without_the_files_says_which(tmp_path):
    with pytest.raises(InputError, match=r"no file .*model\.onnx"):
        fit(embedding=str(tmp_path))
