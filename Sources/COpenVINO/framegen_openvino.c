#include "framegen_openvino.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The parts of OpenVINO's C API that are used, declared by hand (openvino/c/*.h of 2026.4; the same since 2024.0).

typedef struct ov_output_const_port ov_output_const_port;

typedef struct {
    const char *build_number;
    const char *description;
} ov_version;

typedef struct {
    int64_t rank;
    int64_t *dims;
} ov_shape;

// Each line: the function's name, its result, its parameters.
#define OPENVINO_FUNCTIONS(X)                                                                                          \
    X(ov_get_openvino_version, int, (ov_version *))                                                                    \
    X(ov_version_free, void, (ov_version *))                                                                           \
    X(ov_get_error_info, const char *, (int))                                                                          \
    X(ov_get_last_err_msg, const char *, (void))                                                                       \
    X(ov_free, void, (const char *))                                                                                   \
    X(ov_core_create, int, (struct ov_core **))                                                                        \
    X(ov_core_free, void, (struct ov_core *))                                                                          \
    X(ov_core_set_property, int, (const struct ov_core *, const char *, ...))                                          \
    X(ov_core_read_model_from_memory_buffer, int,                                                                      \
      (const struct ov_core *, const char *, size_t, const struct ov_tensor *, struct ov_model **))                    \
    X(ov_core_compile_model, int,                                                                                      \
      (const struct ov_core *, const struct ov_model *, const char *, size_t, struct ov_compiled_model **, ...))       \
    X(ov_model_free, void, (struct ov_model *))                                                                        \
    X(ov_compiled_model_free, void, (struct ov_compiled_model *))                                                      \
    X(ov_compiled_model_inputs_size, int, (const struct ov_compiled_model *, size_t *))                                \
    X(ov_compiled_model_outputs_size, int, (const struct ov_compiled_model *, size_t *))                               \
    X(ov_compiled_model_get_property, int, (const struct ov_compiled_model *, const char *, char **))                  \
    X(ov_compiled_model_create_infer_request, int, (const struct ov_compiled_model *, struct ov_infer_request **))     \
    X(ov_infer_request_free, void, (struct ov_infer_request *))                                                        \
    X(ov_infer_request_get_tensor, int, (const struct ov_infer_request *, const char *, struct ov_tensor **))          \
    X(ov_infer_request_infer, int, (struct ov_infer_request *))                                                        \
    X(ov_tensor_free, void, (struct ov_tensor *))                                                                      \
    X(ov_tensor_get_shape, int, (const struct ov_tensor *, ov_shape *))                                                \
    X(ov_tensor_get_byte_size, int, (const struct ov_tensor *, size_t *))                                              \
    X(ov_tensor_data, int, (const struct ov_tensor *, void **))                                                        \
    X(ov_shape_free, int, (ov_shape *))

typedef struct {
    void *opened;
#define X(name, result, parameters) result(*name) parameters;
    OPENVINO_FUNCTIONS(X)
#undef X
} Library;

// Libraries in the order they were opened; entries are filled once and never change or go away.
enum { maximum_libraries = 16 };
static Library libraries[maximum_libraries];
static int32_t library_count = 0;
static pthread_mutex_t libraries_lock = PTHREAD_MUTEX_INITIALIZER;

static void copy_text(char *text, size_t capacity, const char *source) {
    if (capacity > 0) snprintf(text, capacity, "%s", source ? source : "");
}

/// Fills `library` with the functions of `opened`; returns the name of the first that is missing, or NULL.
static const char *find_functions(void *opened, Library *library) {
    library->opened = opened;
    void *function;
#define X(name, result, parameters)                                                                                    \
    function = dlsym(opened, #name);                                                                                   \
    if (!function) return #name;                                                                                       \
    memcpy(&library->name, &function, sizeof(function));
    OPENVINO_FUNCTIONS(X)
#undef X
    return NULL;
}

static void ignore_log_message(const char *message) { (void)message; }

/// OpenVINO logs to the standard output; what matters of it comes back as a status, and libraries do not print.
static void silence(void *opened) {
    void (*set_log_callback)(void (*)(const char *));
    void *function = dlsym(opened, "ov_util_set_log_callback");  // since 2024.4
    if (!function) return;
    memcpy(&set_log_callback, &function, sizeof(function));
    set_log_callback(ignore_log_message);
}

static int32_t open_locked(const char *path, char *message, size_t message_capacity) {
    // Local, so that the symbols of a runtime, and of the libraries it brings, cannot replace anyone else's.
    void *opened = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!opened) {
        copy_text(message, message_capacity, dlerror());
        return -1;
    }
    // It is never closed again: OpenVINO's threads, and plugins with destructors of their own, outlive its objects,
    // and unloading the code below them crashes. dlopen returns one handle a file, whatever path it was asked by.
    for (int32_t index = 0; index < library_count; index++) {
        if (libraries[index].opened == opened) return index;
    }
    if (library_count == maximum_libraries) {
        snprintf(message, message_capacity, "%d libraries are open already", maximum_libraries);
        return -1;
    }
    const char *missing = find_functions(opened, &libraries[library_count]);
    if (missing) {
        snprintf(message, message_capacity, "it has no function %s", missing);
        return -1;
    }
    silence(opened);
    return library_count++;
}

int32_t framegen_openvino_open(const char *path, char *message, size_t message_capacity) {
    pthread_mutex_lock(&libraries_lock);
    int32_t library = open_locked(path, message, message_capacity);
    pthread_mutex_unlock(&libraries_lock);
    return library;
}

// The numbers come from framegen_openvino_open, whose lock makes what was written before visible to its callers.
#define OV(library) (&libraries[library])

int32_t framegen_openvino_version(int32_t library, char *text, size_t text_capacity) {
    ov_version version = {NULL, NULL};
    int status = OV(library)->ov_get_openvino_version(&version);
    if (status == 0) {
        copy_text(text, text_capacity, version.build_number);
        OV(library)->ov_version_free(&version);
    }
    return status;
}

void framegen_openvino_describe(int32_t library, int32_t status, char *text, size_t text_capacity) {
    const char *meaning = OV(library)->ov_get_error_info(status);
    const char *complaint = OV(library)->ov_get_last_err_msg();
    if (complaint && *complaint && text_capacity > 0) {
        snprintf(text, text_capacity, "%s: %s", meaning ? meaning : "", complaint);
    } else {
        copy_text(text, text_capacity, meaning);
    }
    if (complaint) OV(library)->ov_free(complaint);
}

int32_t framegen_openvino_core_create(int32_t library, framegen_openvino_core **core) {
    return OV(library)->ov_core_create(core);
}

void framegen_openvino_core_free(int32_t library, framegen_openvino_core *core) { OV(library)->ov_core_free(core); }

int32_t framegen_openvino_core_set_property(
    int32_t library, framegen_openvino_core *core, const char *device, const char *key, const char *value) {
    return OV(library)->ov_core_set_property(core, device, key, value);
}

int32_t framegen_openvino_core_read_model(
    int32_t library, framegen_openvino_core *core, const uint8_t *bytes, size_t count,
    framegen_openvino_model **model) {
    return OV(library)->ov_core_read_model_from_memory_buffer(core, (const char *)bytes, count, NULL, model);
}

void framegen_openvino_model_free(int32_t library, framegen_openvino_model *model) {
    OV(library)->ov_model_free(model);
}

int32_t framegen_openvino_core_compile_model(
    int32_t library, framegen_openvino_core *core, framegen_openvino_model *model, const char *device,
    framegen_openvino_compiled_model **compiled) {
    return OV(library)->ov_core_compile_model(core, model, device, 0, compiled);
}

void framegen_openvino_compiled_model_free(int32_t library, framegen_openvino_compiled_model *compiled) {
    OV(library)->ov_compiled_model_free(compiled);
}

int32_t framegen_openvino_compiled_model_counts(
    int32_t library, framegen_openvino_compiled_model *compiled, size_t *inputs, size_t *outputs) {
    int status = OV(library)->ov_compiled_model_inputs_size(compiled, inputs);
    return status ? status : OV(library)->ov_compiled_model_outputs_size(compiled, outputs);
}

int32_t framegen_openvino_compiled_model_property(
    int32_t library, framegen_openvino_compiled_model *compiled, const char *key, char *text, size_t text_capacity) {
    char *value = NULL;
    int status = OV(library)->ov_compiled_model_get_property(compiled, key, &value);
    if (status == 0) {
        copy_text(text, text_capacity, value);
        OV(library)->ov_free(value);
    }
    return status;
}

int32_t framegen_openvino_request_create(
    int32_t library, framegen_openvino_compiled_model *compiled, framegen_openvino_request **request) {
    return OV(library)->ov_compiled_model_create_infer_request(compiled, request);
}

void framegen_openvino_request_free(int32_t library, framegen_openvino_request *request) {
    OV(library)->ov_infer_request_free(request);
}

int32_t framegen_openvino_request_tensor(
    int32_t library, framegen_openvino_request *request, const char *name, framegen_openvino_tensor **tensor) {
    return OV(library)->ov_infer_request_get_tensor(request, name, tensor);
}

int32_t framegen_openvino_request_infer(int32_t library, framegen_openvino_request *request) {
    return OV(library)->ov_infer_request_infer(request);
}

void framegen_openvino_tensor_free(int32_t library, framegen_openvino_tensor *tensor) {
    OV(library)->ov_tensor_free(tensor);
}

int32_t framegen_openvino_tensor_shape(
    int32_t library, framegen_openvino_tensor *tensor, int64_t *sizes, size_t *rank) {
    ov_shape shape = {0, NULL};
    int status = OV(library)->ov_tensor_get_shape(tensor, &shape);
    if (status != 0) return status;
    *rank = shape.rank > 0 ? (size_t)shape.rank : 0;
    for (size_t index = 0; index < *rank && index < FRAMEGEN_OPENVINO_MAXIMUM_RANK; index++) {
        sizes[index] = shape.dims[index];
    }
    return OV(library)->ov_shape_free(&shape);
}

/// The memory of `tensor`, which must hold exactly `size` bytes.
static int32_t tensor_data(int32_t library, framegen_openvino_tensor *tensor, size_t size, void **data) {
    size_t actual_size = 0;
    int status = OV(library)->ov_tensor_get_byte_size(tensor, &actual_size);
    if (status != 0) return status;
    return actual_size == size ? OV(library)->ov_tensor_data(tensor, data) : FRAMEGEN_OPENVINO_WRONG_SIZE;
}

int32_t framegen_openvino_tensor_read(
    int32_t library, framegen_openvino_tensor *tensor, void *values, size_t size) {
    void *data = NULL;
    int32_t status = tensor_data(library, tensor, size, &data);
    if (status == 0 && size > 0) memcpy(values, data, size);
    return status;
}

int32_t framegen_openvino_tensor_write(
    int32_t library, framegen_openvino_tensor *tensor, const void *values, size_t size) {
    void *data = NULL;
    int32_t status = tensor_data(library, tensor, size, &data);
    if (status == 0 && size > 0) memcpy(data, values, size);
    return status;
}
