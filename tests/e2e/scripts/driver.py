# A training driver: arguments, a builder, files of its own, callbacks by name, saving.
import argparse
import os
from datetime import datetime

import larq as lq
import numpy as np
import tensorflow as tf
from tensorflow.keras.callbacks import CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, TensorBoard


def get_model(shape, classes, widths=(8, 16)):
    binary = {"input_quantizer": "ste_sign", "kernel_quantizer": "ste_sign", "kernel_constraint": "weight_clip"}
    inputs = tf.keras.layers.Input(shape)
    x = lq.layers.QuantConv2D(widths[0], 3, padding="same", use_bias=False)(inputs)
    for i, width in enumerate(widths):
        x = tf.keras.layers.BatchNormalization(momentum=0.9, name="bn_{}".format(i))(x)
        x = lq.layers.QuantConv2D(width, 3, padding="same", use_bias=False, name="conv_%d" % i, **binary)(x)
        x = tf.keras.layers.MaxPool2D()(x)
    x = tf.keras.layers.GlobalAveragePooling2D()(x)
    return tf.keras.Model(inputs=inputs, outputs=tf.keras.layers.Dense(classes, activation="softmax")(x))


def halved(epoch):
    return args.lr * 0.5 ** (epoch // 2)


def main(args):
    x, y = np.load(os.path.join(args.data, "x.npy")), np.load(os.path.join(args.data, "y.npy"))
    model = get_model((args.size, args.size, 3), 10)
    model.compile(tf.keras.optimizers.Adam(args.lr), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    lq.models.summary(model)
    stamp = datetime.now().strftime("%H%M%S")
    model.fit(x, y, batch_size=32, epochs=args.epochs, validation_split=0.2, verbose=2, callbacks=[
        LearningRateScheduler(halved),
        EarlyStopping(monitor="val_accuracy", patience=5),
        ModelCheckpoint("best.h5", monitor="val_accuracy", save_best_only=True, save_weights_only=True),
        CSVLogger("log.csv"),
        TensorBoard(log_dir=os.path.join("logs", stamp)),
    ])
    model.load_weights("best.h5")
    with lq.context.quantized_scope(True):
        model.save("binary.h5")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=1e-2)
    parser.add_argument("--size", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--data", default="data")
    args = parser.parse_args()
    main(args)
