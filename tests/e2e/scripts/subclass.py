# Subclassed layers and model, a custom quantizer, a training loop of fits with a falling rate.
import larq as lq
import tensorflow as tf

(x_train, y_train), (x_test, y_test) = tf.keras.datasets.fashion_mnist.load_data()
x_train = x_train.reshape((-1, 28, 28, 1)).astype("float32") / 255
x_test = x_test.reshape((-1, 28, 28, 1)).astype("float32") / 255
BINARY = dict(input_quantizer="ste_sign", kernel_quantizer="ste_sign", kernel_constraint="weight_clip", use_bias=False)


@lq.utils.register_keras_custom_object
@tf.custom_gradient
def soft_sign(x):
    def grad(dy):
        return dy * (1 - tf.tanh(x) ** 2)
    return lq.math.sign(x), grad


class Block(tf.keras.layers.Layer):
    def __init__(self, filters: int, **kwargs) -> None:
        super(Block, self).__init__(**kwargs)
        self.conv = lq.layers.QuantConv2D(filters, 3, padding="same", **BINARY)
        self.bn = tf.keras.layers.BatchNormalization(momentum=0.9, scale=False)

    def call(self, x):
        return x + self.bn(self.conv(x))


class Net(tf.keras.Model):
    def __init__(self, classes: int = 10):
        super().__init__(name="net")
        self.stem = lq.layers.QuantConv2D(8, 3, strides=2, kernel_quantizer=soft_sign, kernel_constraint="weight_clip", use_bias=False)
        self.bn = tf.keras.layers.BatchNormalization(momentum=0.9)
        self.blocks = [Block(8) for _ in range(2)]
        self.pool = tf.keras.layers.GlobalAvgPool2D()
        self.head = tf.keras.layers.Dense(classes)

    def call(self, inputs, training=None):
        x = self.bn(self.stem(inputs))
        for block in self.blocks:
            x = block(x)
        return tf.nn.softmax(self.head(self.pool(x)))


model = Net()
model.build(input_shape=(None, 28, 28, 1))
model.summary()
model.compile(optimizer=tf.keras.optimizers.SGD(0.05, momentum=0.9), loss="sparse_categorical_crossentropy",
              metrics=["accuracy", tf.keras.metrics.SparseTopKCategoricalAccuracy(3, name="top3")])
for epochs in (1, 2):
    history = model.fit(x_train, y_train, batch_size=64, epochs=epochs, class_weight={i: 1.0 + i / 10 for i in range(10)},
                        callbacks=[tf.keras.callbacks.ReduceLROnPlateau("loss", patience=1)])
model.save_weights("net.h5")
