#!/usr/bin/env python3
"""Weight files of real Keras for the tests beside this folder. Needs TensorFlow 2.15, Larq 0.13 and h5py; writes into its own folder.

NAME.bnn is run as it stands. Its weights become small whole numbers (so that every output is exact), the files are written in the ways that
Keras and h5py know, and NAME.expected receives what `bnnc predict --probabilities` must print for NAME.npy.
"""
import os
import re

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py
import larq
import numpy as np
import tensorflow as tf

keras = tf.keras
FOLDER = os.path.dirname(os.path.abspath(__file__))


def run(name):
    """The model of NAME.bnn. Automatic names go on from where the session is, as in a notebook."""
    space = {"tf": tf, "larq": larq, "keras": keras, "Sequential": keras.Sequential, "Model": keras.Model, "Input": keras.Input}
    for family in (keras.layers, larq.layers):
        space.update({key: value for key, value in vars(family).items() if isinstance(value, type) and key not in space})
    exec(open(f"{FOLDER}/{name}.bnn").read(), space)
    return space["model"]


def whole(shape, start, role):
    values = (np.arange(np.prod(shape, dtype=int)) * 7 + start) % 5 - 2.0
    if role.startswith("moving_variance"):
        values = values * 0 + 3  # with epsilon=1 a root of 4
    if role.startswith("gamma"):
        values = values * 2
    return values.reshape(shape).astype(np.float32)


def fill(model):
    for i, variable in enumerate(model.weights):
        variable.assign(whole(variable.shape, i + 1, variable.name.split("/")[-1]))


def make(name, shape):
    model = run(name)
    x = (np.arange(np.prod(shape)) % 7 - 3.0).reshape((1,) + shape).astype(np.float32)
    model(x)
    fill(model)
    y = model(x, training=False).numpy().ravel()
    np.save(f"{FOLDER}/{name}.npy", x[0])
    with open(f"{FOLDER}/{name}.expected", "w") as out:
        print(int(y.argmax()), *("%.6g" % v for v in y), file=out)
    return model


def copy(source, target, attribute, values=lambda v: v, libver=None, **options):
    """The same tensors, each list of names written by `attribute(group, name, names)`."""
    with h5py.File(f"{FOLDER}/{source}", "r") as old, h5py.File(f"{FOLDER}/{target}", "w", libver=libver) as new:
        def visit(group, into):
            for key, value in group.attrs.items():
                if key.endswith("_names"):
                    attribute(into, key, [n if isinstance(n, str) else n.decode() for n in value])
                else:
                    into.attrs[key] = value
            for key, item in group.items():
                if isinstance(item, h5py.Group):
                    visit(item, into.create_group(key))
                else:
                    into.create_dataset(key, data=values(item[()]), **(options if item.size > 50 else {}))
        visit(old, new)


def fixed(group, key, names):
    group.attrs[key] = np.array([n.encode() for n in names], dtype="S40")


def pieces(group, key, names):
    for i, name in enumerate(names or [None]):
        group.attrs[f"{key}{i}"] = np.array([name.encode()] if name else [], dtype="S40" if name else float)


def main():
    model = make("plain", (5, 5, 2))
    model.save_weights(f"{FOLDER}/plain.h5")
    model.compile("adam", "mse")
    model.train_on_batch(np.zeros((2, 5, 5, 2)), np.zeros((2, 3)))
    fill(model)  # training moved them
    model.save(f"{FOLDER}/plain_model.h5")
    shifted = run("plain")  # the second of its session: quant_conv2d_1, batch_normalization_1, ...
    shifted.set_weights(model.get_weights())
    shifted.save_weights(f"{FOLDER}/plain_shifted.h5")
    copy("plain.h5", "plain_pieces.h5", pieces)
    copy("plain.h5", "plain_fixed_double.h5", fixed, lambda v: v.astype(">f8"))
    copy("plain.h5", "plain_half.h5", fixed, lambda v: v.astype(np.float16))
    copy("plain.h5", "plain_packed.h5", fixed, libver=("v108", "v108"), compression="gzip", chunks=True)
    copy("plain.h5", "plain_bare.h5", lambda g, k, n: fixed(g, k, [re.sub(r".*/([a-z_]+):0", r"\1", v) for v in n]))
    with h5py.File(f"{FOLDER}/plain_bare.h5", "r+") as bare:  # "kernel" directly in the layer's group
        for layer in list(bare):
            if layer in bare[layer]:
                for key in list(bare[layer][layer]):
                    bare.move(f"{layer}/{layer}/{key}", f"{layer}/{key.split(':')[0]}")
                del bare[layer][layer]
    keras.backend.clear_session()
    make("nested", (4,)).save_weights(f"{FOLDER}/nested.h5")
    make("subclass", (4,)).save_weights(f"{FOLDER}/subclass.h5")
    make("named", (3, 4)).save_weights(f"{FOLDER}/named.h5")
    keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]).save_weights(f"{FOLDER}/numbered.weights.h5")


if __name__ == "__main__":
    main()
