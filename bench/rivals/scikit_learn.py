"""scikit-learn's MLPClassifier."""
import sys
import warnings

from serve import Work, crossentropy, missing, numpy_blas, read_digits, serve

try:
    import sklearn
    from sklearn.neural_network import MLPClassifier
except ImportError:
    missing("scikit-learn", "python3-sklearn libopenblas0")
import numpy as np

warnings.filterwarnings("ignore")  # that two epochs are not enough to converge


class Prescribed(MLPClassifier):
    """With given first weights, which it has no option for."""

    def _init_coef(self, fan_in, fan_out, dtype):
        weights = self.first[0 if fan_in == 784 else 1]
        return weights.astype(dtype).copy(), np.zeros(fan_out, dtype=dtype)


def train(params):
    x, y, w1, w2 = read_digits(params)
    state = {}

    def make(epochs, shuffle):
        model = Prescribed(
            hidden_layer_sizes=(128,),
            batch_size=params["batch"],
            max_iter=epochs,
            shuffle=shuffle,
            alpha=0,
            epsilon=params["epsilon"],
            tol=0,
        )
        model.first = (w1, w2)
        state["model"] = model

    def fit():
        state["model"].fit(x, y)

    def value():
        return crossentropy(state["model"].predict_proba(x[: params["shown"]]), y)

    def check():
        make(1, False)
        fit()
        return value()

    return Work(fit, value, lambda: make(params["epochs"], True), check)


serve({"train": train}, {"version": sklearn.__version__, "note": numpy_blas()})
