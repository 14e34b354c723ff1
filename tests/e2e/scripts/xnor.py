# XNOR-Net on Fashion MNIST
import tensorflow as tf, larq as lq
from tensorflow.keras.datasets import fashion_mnist
from functools import partial
import math

BATCH, EPOCHS = 128, 30
(xtr, ytr), (xte, yte) = fashion_mnist.load_data()
xtr, xte = [a[..., None].astype('float32') / 255. * 2 - 1 for a in (xtr, xte)]
ytr = tf.keras.utils.to_categorical(ytr) * 2 - 1
yte = tf.keras.utils.to_categorical(yte) * 2 - 1

@lq.utils.register_keras_custom_object
@lq.utils.set_precision(1)
@tf.custom_gradient
def xnor_weight_scale(x):
    x = tf.clip_by_value(x, -1., 1.)
    alpha = tf.reduce_mean(tf.abs(x), axis=[0, 1, 2], keepdims=True)
    def grad(dy):
        return dy
    return alpha * lq.math.sign(x), grad

QConv = partial(lq.layers.QuantConv2D, kernel_size=(3, 3), padding='same', input_quantizer='ste_sign', kernel_quantizer=xnor_weight_scale, use_bias=False)
QDense = partial(lq.layers.QuantDense, input_quantizer='ste_sign', kernel_quantizer='ste_sign', kernel_constraint='weight_clip', use_bias=False)
BN = lambda: tf.keras.layers.BatchNormalization(epsilon=1e-4, momentum=0.9, scale=False)

net = tf.keras.models.Sequential()
net.add(tf.keras.layers.Conv2D(32, (5, 5), activation='relu', input_shape=xtr.shape[1:]))
net.add(tf.keras.layers.MaxPooling2D(pool_size=(2, 2)))
net.add(BN())
for f in (64, 64):
    net.add(QConv(f))
    net.add(BN())
net.add(tf.keras.layers.MaxPooling2D())
net.add(tf.keras.layers.Flatten())
for u in [128, 10]:
    net.add(QDense(u))
    net.add(BN())

def lr_schedule(epoch):
    base = 1e-2
    return base * 0.5 * (1 + math.cos(math.pi * epoch / EPOCHS))

net.compile(loss='squared_hinge', optimizer=tf.keras.optimizers.Adam(lr_schedule(0)), metrics=['accuracy'])
print(lq.models.summary(net))
h = net.fit(xtr, ytr, BATCH, EPOCHS, verbose=1, callbacks=[tf.keras.callbacks.LearningRateScheduler(lr_schedule, verbose=1)], validation_data=(xte, yte))
score = net.evaluate(xte, yte)
print('Test score: %.4f, acc %.2f' % (score[0], score[1] * 100))
net.load_weights('best_weights.h5')
