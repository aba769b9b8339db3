// What `from tensorflow.nn import *` and `from tensorflow.math import *` bring in, as TensorFlow 2.21 has it. Our functions are
// looked up by name, so that a star alone could not tell those of one module from the others.
const NN =
  "RNNCellDeviceWrapper RNNCellDropoutWrapper RNNCellResidualWrapper all_candidate_sampler approx_max_k approx_min_k " +
  "atrous_conv2d atrous_conv2d_transpose avg_pool avg_pool1d avg_pool2d avg_pool3d batch_norm_with_global_normalization " +
  "batch_normalization bias_add collapse_repeated compute_accidental_hits compute_average_loss conv1d conv1d_transpose " +
  "conv2d conv2d_transpose conv3d conv3d_transpose conv_transpose convolution crelu ctc_beam_search_decoder " +
  "ctc_greedy_decoder ctc_loss ctc_unique_labels depth_to_space depthwise_conv2d depthwise_conv2d_backprop_filter " +
  "depthwise_conv2d_backprop_input dilation2d dropout elu embedding_lookup embedding_lookup_sparse erosion2d experimental " +
  "fixed_unigram_candidate_sampler fractional_avg_pool fractional_max_pool gelu in_top_k isotonic_regression l2_loss " +
  "l2_normalize leaky_relu learned_unigram_candidate_sampler local_response_normalization log_poisson_loss log_softmax " +
  "lrn max_pool max_pool1d max_pool2d max_pool3d max_pool_with_argmax moments nce_loss normalize_moments pool relu relu6 " +
  "safe_embedding_lookup_sparse sampled_softmax_loss scale_regularization_loss selu separable_conv2d sigmoid " +
  "sigmoid_cross_entropy_with_logits silu softmax softmax_cross_entropy_with_logits softplus softsign space_to_batch " +
  "space_to_depth sparse_softmax_cross_entropy_with_logits sufficient_statistics swish tanh top_k " +
  "weighted_cross_entropy_with_logits weighted_moments with_space_to_batch zero_fraction";

const MATH =
  "abs accumulate_n acos acosh add add_n angle approx_max_k approx_min_k argmax argmin asin asinh atan atan2 atanh " +
  "bessel_i0 bessel_i0e bessel_i1 bessel_i1e betainc bincount ceil confusion_matrix conj cos cosh count_nonzero cumprod " +
  "cumsum cumulative_logsumexp digamma divide divide_no_nan equal erf erfc erfcinv erfinv exp expm1 floor floordiv " +
  "floormod greater greater_equal igamma igammac imag in_top_k invert_permutation is_finite is_inf is_nan " +
  "is_non_decreasing is_strictly_increasing l2_normalize lbeta less less_equal lgamma log log1p log_sigmoid log_softmax " +
  "logical_and logical_not logical_or logical_xor maximum minimum mod multiply multiply_no_nan ndtri negative nextafter " +
  "not_equal polygamma polyval pow real reciprocal reciprocal_no_nan reduce_all reduce_any reduce_euclidean_norm " +
  "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_std reduce_sum reduce_variance rint round rsqrt " +
  "scalar_mul segment_max segment_mean segment_min segment_prod segment_sum sigmoid sign sin sinh sobol_sample softmax " +
  "softplus softsign special sqrt square squared_difference subtract tan tanh top_k truediv unsorted_segment_max " +
  "unsorted_segment_mean unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum xdivy " +
  "xlog1py xlogy zero_fraction zeta";

/** The public names of a part of TensorFlow, by its path below `tensorflow`. */
export const STAR_NAMES: Readonly<Record<"nn" | "math", readonly string[]>> = {
  nn: NN.split(" "),
  math: MATH.split(" "),
};
