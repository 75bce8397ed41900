"""scikit-learn's own checks of an estimator: about two minutes on one core."""

import pytest

pytest.importorskip("sklearn", reason="the extra `sklearn` is not installed")

from sklearn.utils.estimator_checks import parametrize_with_checks

from lstmc.sklearn import SequenceClassifier, SequenceRegressor

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

#: Weights are repetition: to 1e-5, as test_estimators shows. Eighty steps in float32 do not end closer.
EXPECTED = {"check_sample_weight_equivalence_on_dense_data": "compares trainings in float32 to a relative 1e-7"}


@parametrize_with_checks(
    [SequenceRegressor(), SequenceClassifier()], expected_failed_checks=lambda _estimator: EXPECTED
)
def test_scikit_learn_s_check(estimator, check):
    check(estimator)
