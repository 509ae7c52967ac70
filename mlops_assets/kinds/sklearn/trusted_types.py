"""The types, beyond those that skops trusts itself, that a saved scikit-learn model may contain.

Reviewed for scikit-learn 1.9.1 and skops 0.16: found with `skops.io.get_untrusted_types` over
every classifier and regressor of `sklearn.utils.all_estimators`, then read one by one. Loading
each only sets attributes: none imports, evaluates or calls anything named in its state. Left out on
purpose: functions (a scorer inside `TunedThresholdClassifierCV`) and `PyFuncDistance` (calls a
function in its state). Trees index arrays without bounds checks, so a forged file could still crash
a process: load models only from your own server.
"""

from __future__ import annotations

TRUSTED_TYPES = (
    # our preprocessing
    "mlops_assets.kinds.sklearn.transformers.DateParts",
    "mlops_assets.kinds.sklearn.transformers.MissingLabel",
    "mlops_assets.kinds.sklearn.transformers.Words",
    # and that of pairs of texts
    "mlops_assets.kinds.text_match.pair_features.PairFeatures",
    # decisions by group; scikit-learn's for one threshold is among those that skops trusts
    "mlops_assets.kinds.sklearn.fair_vote.FairVote",
    "mlops_assets.kinds.sklearn.group_thresholds.GroupThresholds",
    "numpy.dtype",
    # trees, forests, gradient boosting; bagging and AdaBoost over them
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    # voting and stacking
    "sklearn.utils._bunch.Bunch",
    # calibration and multiclass wrappers
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.multiclass._ConstantPredictor",
    # generalised linear models
    "sklearn._loss.loss.HalfTweedieLoss",
    "sklearn._loss.loss.HalfTweedieLossIdentity",
    # neural networks
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    # neighbours
    "sklearn.metrics._dist_metrics.ChebyshevDistance64",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.metrics._dist_metrics.HaversineDistance64",
    "sklearn.metrics._dist_metrics.ManhattanDistance64",
    "sklearn.metrics._dist_metrics.MinkowskiDistance64",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    # Gaussian processes with their default kernels
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
)
