"""Transcribes WAV files with faster-whisper and prints a line of JSON for each; without files it only loads.

speech_peer.py default|words|batched MODEL_FOLDER LANGUAGE|auto FILE…
"""

import json
import os
import sys

from faster_whisper import BatchedInferencePipeline, WhisperModel

mode, folder, language, *files = sys.argv[1:]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=os.cpu_count())
batched = BatchedInferencePipeline(model)
given = None if language == "auto" else language
for file in files:
    if mode == "batched":
        segments, info = batched.transcribe(file, language=given, batch_size=8)
    elif mode == "words":
        segments, info = model.transcribe(file, language=given, vad_filter=True, word_timestamps=True)
    else:
        segments, info = model.transcribe(file, language=given)
    text = " ".join(it.text.strip() for it in segments)
    print(json.dumps({"text": text, "language": info.language}), flush=True)
