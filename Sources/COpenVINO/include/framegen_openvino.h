/// OpenVINO's C API, opened at run time.
///
/// Why this exists: linking OpenVINO would make it a condition of building and starting framegen. Opened at run time
/// the package builds with no runtime present and can say what is missing. The prototypes are declared by hand in
/// framegen_openvino.c, so OpenVINO's headers are not needed either; and some functions are variadic, which Swift
/// cannot call.
///
/// Libraries are referred to by a number, because a number is Sendable in Swift and a table of pointers is not. Every
/// function that returns a status returns 0 for success and OpenVINO's negative code otherwise; results come last.
/// Element types are left out on purpose: their numbers changed between OpenVINO's releases.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

typedef struct ov_core framegen_openvino_core;
typedef struct ov_model framegen_openvino_model;
typedef struct ov_compiled_model framegen_openvino_compiled_model;
typedef struct ov_infer_request framegen_openvino_request;
typedef struct ov_tensor framegen_openvino_tensor;

/// The largest rank that framegen_openvino_tensor_shape reports.
enum { FRAMEGEN_OPENVINO_MAXIMUM_RANK = 8 };

/// Opens the library at `path`, once per process however often it is asked for.
///
/// Returns its number, or -1 with the reason in `message`.
int32_t framegen_openvino_open(const char *_Nonnull path, char *_Nonnull message, size_t message_capacity);

/// Writes OpenVINO's build number, such as `2026.4.1-22982`, cut to the capacity.
int32_t framegen_openvino_version(int32_t library, char *_Nonnull text, size_t text_capacity);

/// Writes what `status` means and what OpenVINO last complained about, cut to the capacity.
///
/// OpenVINO keeps one last complaint for the whole process, so threads that fail at once may read each other's.
void framegen_openvino_describe(int32_t library, int32_t status, char *_Nonnull text, size_t text_capacity);

int32_t framegen_openvino_core_create(
    int32_t library, framegen_openvino_core *_Nullable *_Nonnull core);
void framegen_openvino_core_free(int32_t library, framegen_openvino_core *_Nonnull core);

/// Sets one property for all that `core` compiles for `device`; wraps a variadic function.
int32_t framegen_openvino_core_set_property(
    int32_t library, framegen_openvino_core *_Nonnull core, const char *_Nonnull device, const char *_Nonnull key,
    const char *_Nonnull value);

/// Reads a model in one of OpenVINO's formats, ONNX among them, from memory that is not used afterwards.
int32_t framegen_openvino_core_read_model(
    int32_t library, framegen_openvino_core *_Nonnull core, const uint8_t *_Nonnull bytes, size_t count,
    framegen_openvino_model *_Nullable *_Nonnull model);
void framegen_openvino_model_free(int32_t library, framegen_openvino_model *_Nonnull model);

/// Compiles for `device` with the properties that `core` has; wraps a variadic function.
int32_t framegen_openvino_core_compile_model(
    int32_t library, framegen_openvino_core *_Nonnull core, framegen_openvino_model *_Nonnull model,
    const char *_Nonnull device, framegen_openvino_compiled_model *_Nullable *_Nonnull compiled);
void framegen_openvino_compiled_model_free(int32_t library, framegen_openvino_compiled_model *_Nonnull compiled);

int32_t framegen_openvino_compiled_model_counts(
    int32_t library, framegen_openvino_compiled_model *_Nonnull compiled, size_t *_Nonnull inputs,
    size_t *_Nonnull outputs);

/// Writes the value of a property as it is in effect, cut to the capacity.
int32_t framegen_openvino_compiled_model_property(
    int32_t library, framegen_openvino_compiled_model *_Nonnull compiled, const char *_Nonnull key,
    char *_Nonnull text, size_t text_capacity);

int32_t framegen_openvino_request_create(
    int32_t library, framegen_openvino_compiled_model *_Nonnull compiled,
    framegen_openvino_request *_Nullable *_Nonnull request);
void framegen_openvino_request_free(int32_t library, framegen_openvino_request *_Nonnull request);

/// The tensor that `request` reads or writes as `name`; it belongs to the caller, its memory to the request.
int32_t framegen_openvino_request_tensor(
    int32_t library, framegen_openvino_request *_Nonnull request, const char *_Nonnull name,
    framegen_openvino_tensor *_Nullable *_Nonnull tensor);

/// Runs the network. Blocks.
int32_t framegen_openvino_request_infer(int32_t library, framegen_openvino_request *_Nonnull request);

void framegen_openvino_tensor_free(int32_t library, framegen_openvino_tensor *_Nonnull tensor);

/// Writes up to FRAMEGEN_OPENVINO_MAXIMUM_RANK sizes to `sizes`; `rank` may be larger.
int32_t framegen_openvino_tensor_shape(
    int32_t library, framegen_openvino_tensor *_Nonnull tensor, int64_t *_Nonnull sizes, size_t *_Nonnull rank);

/// What framegen_openvino_tensor_read and _write return for a tensor that does not hold exactly `size` bytes.
enum { FRAMEGEN_OPENVINO_WRONG_SIZE = 1 };

/// Copies all of a tensor's values out.
int32_t framegen_openvino_tensor_read(
    int32_t library, framegen_openvino_tensor *_Nonnull tensor, void *_Nullable values, size_t size);
/// Copies all of a tensor's values in.
int32_t framegen_openvino_tensor_write(
    int32_t library, framegen_openvino_tensor *_Nonnull tensor, const void *_Nullable values, size_t size);

#if defined(__cplusplus)
}
#endif
