"""Keras 3's formulas, float64: losses as one value per row in PyTorch (for its autograd), optimizers in NumPy.

Used by generate.py. In Keras they stand in keras/src: losses/losses.py, backend/*/nn.py and optimizers/*.py.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

EPSILON = 1e-7


def clip(p):
    return torch.clip(p, EPSILON, 1 - EPSILON)


def mean_squared_error(y, p):
    return torch.square(y - p).mean(-1)


def mean_absolute_error(y, p):
    return torch.abs(y - p).mean(-1)


def huber(y, p, delta=1.0):
    error = torch.abs(p - y)
    return torch.where(error <= delta, 0.5 * torch.square(p - y), delta * error - 0.5 * delta * delta).mean(-1)


def binary_crossentropy(y, p, from_logits=False, label_smoothing=0.0):
    y = y * (1 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        return -(y * F.logsigmoid(p) + (1 - y) * F.logsigmoid(-p)).mean(-1)
    p = clip(p)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean(-1)


def categorical_crossentropy(y, p, from_logits=False, label_smoothing=0.0):
    y = y * (1 - label_smoothing) + label_smoothing / p.shape[-1]
    log_p = F.log_softmax(p, -1) if from_logits else torch.log(clip(p / p.sum(-1, keepdim=True)))
    return -(y * log_p).sum(-1)


def sparse_categorical_crossentropy(y, p, from_logits=False):
    return categorical_crossentropy(F.one_hot(y, p.shape[-1]), p, from_logits)


# Each optimizer returns step(w, g, t) -> new w, with t = 1, 2, … and its state inside.

def sgd(learning_rate, momentum=0.0, nesterov=False):
    velocity = 0.0

    def step(w, g, t):
        nonlocal velocity
        velocity = momentum * velocity - learning_rate * g
        return w + (momentum * velocity - learning_rate * g if nesterov else velocity)

    return step


def rmsprop(learning_rate, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
    v, mean, velocity = 0.0, 0.0, 0.0

    def step(w, g, t):
        nonlocal v, mean, velocity
        v = rho * v + (1 - rho) * g * g
        mean = rho * mean + (1 - rho) * g
        denominator = (v - mean * mean if centered else v) + epsilon
        velocity = momentum * velocity + learning_rate * g / np.sqrt(denominator)
        return w - velocity

    return step


def adagrad(learning_rate, initial_accumulator_value=0.1, epsilon=1e-7):
    v = initial_accumulator_value

    def step(w, g, t):
        nonlocal v
        v = v + g * g
        return w - learning_rate * g / np.sqrt(v + epsilon)

    return step


def adam(learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.0):
    m, v = 0.0, 0.0

    def step(w, g, t):
        nonlocal m, v
        w = w - w * weight_decay * learning_rate
        alpha = learning_rate * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        m = m + (g - m) * (1 - beta_1)
        v = v + (g * g - v) * (1 - beta_2)
        return w - m * alpha / (np.sqrt(v) + epsilon)

    return step
