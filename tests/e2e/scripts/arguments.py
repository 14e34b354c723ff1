#!/usr/bin/env python
# coding: utf-8
"""Train a BNN on MNIST. Usage: python train.py --epochs 20 --lr 0.001"""
import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import matplotlib.pyplot as plt
import tensorflow as tf
from larq import layers, quantizers
from larq.models import summary as larq_summary
from tensorflow.keras import models, optimizers
from tensorflow.keras.callbacks import (EarlyStopping, LearningRateScheduler,
                                        ModelCheckpoint, TensorBoard)

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
NUM_CLASSES = 10
IMG_SIZE = (28, 28)


def parse_args(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--hidden", type=int, nargs="+", default=[256, 128])
    parser.add_argument("--no-bn", dest="bn", action="store_false")
    parser.add_argument("--quantizer", choices=["ste_sign", "approx_sign"], default="ste_sign")
    parser.add_argument("--out", type=Path, default=Path("runs"))
    return parser.parse_args(argv)


def load_data():
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
    x_train = x_train.reshape((-1, 28 * 28)).astype("float32") / 127.5 - 1.0
    x_test = x_test.reshape((-1, 28 * 28)).astype("float32") / 127.5 - 1.0
    return (x_train, y_train), (x_test, y_test)


def build_model(args):
    opts = {"kernel_quantizer": args.quantizer, "kernel_constraint": "weight_clip", "use_bias": not args.bn}
    model = models.Sequential(name="mlp_bnn")
    for i, units in enumerate(args.hidden):
        first = {"input_shape": (IMG_SIZE[0] * IMG_SIZE[1],)} if i == 0 else {"input_quantizer": args.quantizer}
        model.add(layers.QuantDense(units, **opts, **first))
        if args.bn:
            model.add(tf.keras.layers.BatchNormalization(momentum=0.999, scale=False))
    model.add(layers.QuantDense(NUM_CLASSES, input_quantizer=quantizers.SteSign(), **opts))
    if args.bn:
        model.add(tf.keras.layers.BatchNormalization(momentum=0.999, scale=False))
    model.add(tf.keras.layers.Activation("softmax"))
    return model


def schedule(epoch, lr):
    return lr if epoch < 10 else lr * np.exp(-0.1)


def main():
    args = parse_args()
    log_dir = args.out / datetime.now().strftime("%Y%m%d-%H%M%S")
    log_dir.mkdir(parents=True, exist_ok=True)
    (x_train, y_train), (x_test, y_test) = load_data()
    print(f"train: {x_train.shape}, test: {x_test.shape}")
    model = build_model(args)
    larq_summary(model)
    model.compile(
        optimizer=optimizers.Adam(learning_rate=args.lr),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    callbacks = [
        EarlyStopping(monitor="val_accuracy", patience=5, restore_best_weights=True),
        ModelCheckpoint(str(log_dir / "best.h5"), save_best_only=True),
        LearningRateScheduler(schedule),
        TensorBoard(log_dir=str(log_dir)),
    ]
    history = model.fit(x_train, y_train, validation_split=0.1, epochs=args.epochs,
                        batch_size=args.batch_size, callbacks=callbacks, verbose=2)
    test_loss, test_acc = model.evaluate(x_test, y_test, verbose=0)
    print("Test accuracy: {:.2%}".format(test_acc))
    if test_acc > 0.9:
        print("good")
    else:
        sys.exit("bad")
    plt.plot(history.history["accuracy"], label="train")
    plt.plot(history.history["val_accuracy"], label="val")
    plt.legend()
    plt.savefig(log_dir / "acc.png")


if __name__ == "__main__":
    main()
