# Two inputs, two heads, losses by output name.
import larq as lq
import tensorflow as tf

board = tf.keras.Input(shape=(8, 8, 12), name="board")
clock = tf.keras.Input(shape=(2,), name="clock")
x = lq.layers.QuantConv2D(16, 3, padding="same", use_bias=False, input_quantizer="ste_sign",
                          kernel_quantizer="ste_sign", kernel_constraint="weight_clip")(board)
x = tf.keras.layers.BatchNormalization(scale=False)(x)
x = tf.keras.layers.concatenate([tf.keras.layers.Flatten()(x), clock])
policy = tf.keras.layers.Dense(5, activation="softmax", name="policy", kernel_regularizer="l2")(x)
value = tf.keras.layers.Dense(1, activation="tanh", name="value")(x)
model = tf.keras.Model([board, clock], [policy, value])
model.compile(optimizer="adam", loss={"policy": "categorical_crossentropy", "value": "mse"},
              loss_weights={"policy": 1.0, "value": 0.5}, metrics={"policy": "accuracy", "value": ["mae"]})
