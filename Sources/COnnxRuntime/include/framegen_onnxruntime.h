/// ONNX Runtime's C API, opened at run time.
///
/// Why this exists: linking ONNX Runtime would make it a condition of building and starting framegen. Opened at run time
/// the package builds with no runtime present and can say what is missing. ONNX Runtime exports one function and gives
/// the rest as a table whose order never changes; the parts of it that are used are declared by hand in
/// framegen_onnxruntime.c, so its headers, which its wheels do not hold, are not needed either.
///
/// Libraries are referred to by a number, because a number is Sendable in Swift and a table of pointers is not. A
/// function that can fail returns NULL for success and otherwise what went wrong, to be told and freed by
/// framegen_onnxruntime_take_message; results come last.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct OrtStatus framegen_onnxruntime_status;
typedef struct OrtSessionOptions framegen_onnxruntime_options;
typedef struct OrtSession framegen_onnxruntime_session;
typedef struct OrtValue framegen_onnxruntime_tensor;

/// The oldest release of ONNX Runtime 1 whose table has all that is used, and that knows every setting used.
enum { FRAMEGEN_ONNXRUNTIME_OLDEST_RELEASE = 20 };

/// The largest rank that framegen_onnxruntime_session_value reports.
enum { FRAMEGEN_ONNXRUNTIME_MAXIMUM_RANK = 8 };

/// ONNX's number for float32 elements, the only ones there are here.
enum { FRAMEGEN_ONNXRUNTIME_FLOAT32 = 1 };

/// Opens the library at `path`, once per process however often it is asked for, silent and without telemetry.
///
/// Returns its number, or -1 with the reason in `message`.
int32_t framegen_onnxruntime_open(const char *_Nonnull path, char *_Nonnull message, size_t message_capacity);

/// Writes the library's version, such as `1.28.0`, cut to the capacity.
void framegen_onnxruntime_version(int32_t library, char *_Nonnull text, size_t text_capacity);

/// Writes what `status` says, cut to the capacity, and frees it.
void framegen_onnxruntime_take_message(
    int32_t library, framegen_onnxruntime_status *_Nonnull status, char *_Nonnull text, size_t text_capacity);

/// Writes the names of the execution providers that the library was built with, one a line.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_providers(
    int32_t library, char *_Nonnull text, size_t text_capacity);

/// Options for a session that runs one node after the other on `threads` threads, with all optimisations.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_options_create(
    int32_t library, int32_t threads, framegen_onnxruntime_options *_Nullable *_Nonnull options);
void framegen_onnxruntime_options_free(int32_t library, framegen_onnxruntime_options *_Nonnull options);

framegen_onnxruntime_status *_Nullable framegen_onnxruntime_options_set(
    int32_t library, framegen_onnxruntime_options *_Nonnull options, const char *_Nonnull key,
    const char *_Nonnull value);

/// Puts an execution provider behind those that `options` name already, with `count` settings.
///
/// `provider` is `CUDA`, `TensorRT`, or one of the names that ONNX Runtime registers by name.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_options_append(
    int32_t library, framegen_onnxruntime_options *_Nonnull options, const char *_Nonnull provider,
    const char *_Nullable const *_Nonnull keys, const char *_Nullable const *_Nonnull values, size_t count);

/// Reads an ONNX model from memory that is not used afterwards, and prepares it.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_session_create(
    int32_t library, const framegen_onnxruntime_options *_Nonnull options, const uint8_t *_Nonnull bytes, size_t count,
    framegen_onnxruntime_session *_Nullable *_Nonnull session);
void framegen_onnxruntime_session_free(int32_t library, framegen_onnxruntime_session *_Nonnull session);

framegen_onnxruntime_status *_Nullable framegen_onnxruntime_session_counts(
    int32_t library, const framegen_onnxruntime_session *_Nonnull session, size_t *_Nonnull inputs,
    size_t *_Nonnull outputs);

/// What an input or output is: its name, cut to the capacity, its element type in ONNX's numbers, 0 for what is no
/// tensor, and up to FRAMEGEN_ONNXRUNTIME_MAXIMUM_RANK sizes, negative where they are left open; `rank` may be larger.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_session_value(
    int32_t library, const framegen_onnxruntime_session *_Nonnull session, int is_output, size_t index,
    char *_Nonnull name, size_t name_capacity, int32_t *_Nonnull element_type, int64_t *_Nonnull sizes,
    size_t *_Nonnull rank);

/// Runs the network from `inputs` to `outputs`, which are there already. Blocks.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_session_run(
    int32_t library, framegen_onnxruntime_session *_Nonnull session, const char *_Nullable const *_Nonnull input_names,
    const framegen_onnxruntime_tensor *_Nullable const *_Nonnull inputs, size_t input_count,
    const char *_Nullable const *_Nonnull output_names, framegen_onnxruntime_tensor *_Nullable *_Nonnull outputs,
    size_t output_count);

/// A tensor of float32 in the processor's memory, of unknown content.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_tensor_create(
    int32_t library, const int64_t *_Nonnull sizes, size_t rank,
    framegen_onnxruntime_tensor *_Nullable *_Nonnull tensor);
void framegen_onnxruntime_tensor_free(int32_t library, framegen_onnxruntime_tensor *_Nonnull tensor);

/// The memory of a tensor's values, which lives as long as the tensor; fails unless it holds exactly `count` floats.
framegen_onnxruntime_status *_Nullable framegen_onnxruntime_tensor_values(
    int32_t library, framegen_onnxruntime_tensor *_Nonnull tensor, size_t count,
    float *_Nullable *_Nonnull values);

#if defined(__cplusplus)
}
#endif
