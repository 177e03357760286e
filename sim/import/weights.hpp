// How much of a model's weights is read.
#pragma once

namespace rowflow {

/// The import knows weights by their shapes; an export writes them out. Readers for which it makes no difference take
/// all.
enum class Weights { shapes, whole };

}  // namespace rowflow
