"""What TensorBoard's own reader finds in event files, as one line of JSON.

    tensorboard_events.py FOLDER           the events under FOLDER/train and FOLDER/validation
    tensorboard_events.py FOLDER UPDATE    first lets Keras train a small model of two metrics for two epochs of three
                                           batches, and write there; UPDATE is its update_freq
"""

import json
import os
import sys

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util


def train(folder, update):
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy", "mean_squared_error"])
    x, y = np.random.uniform(size=(6, 3)), np.eye(2)[[0, 1, 0, 1, 1, 0]]
    board = keras.callbacks.TensorBoard(folder, update_freq=update, write_steps_per_second=True)
    model.fit(x, y, epochs=2, batch_size=2, validation_data=(x, y), callbacks=[board], verbose=0)


def events(folder):
    """Points by tag, with the plugin that draws them."""
    # 0: keep every event, do not sample
    reader = EventAccumulator(folder, size_guidance={"tensors": 0})
    reader.Reload()
    found = {}
    for tag in reader.Tags()["tensors"]:
        points = [(event.step, tensor_util.make_ndarray(event.tensor_proto).item()) for event in reader.Tensors(tag)]
        texts = [[step, value.decode() if isinstance(value, bytes) else value] for step, value in points]
        found[tag] = {"plugin": reader.SummaryMetadata(tag).plugin_data.plugin_name, "points": texts}
    return found


if __name__ == "__main__":
    if len(sys.argv) > 2:
        train(sys.argv[1], int(sys.argv[2]) if sys.argv[2].isdigit() else sys.argv[2])
    print(json.dumps({part: events(os.path.join(sys.argv[1], part)) for part in ["train", "validation"]}))
