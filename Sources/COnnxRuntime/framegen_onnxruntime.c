#include "framegen_onnxruntime.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The parts of ONNX Runtime's C API that are used, declared by hand. The places in its table were counted from the order
// that release 1.20 declares its functions in; releases only ever add at the end.

typedef struct OrtEnv OrtEnv;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo ValueInfo;
typedef framegen_onnxruntime_status Status;
typedef framegen_onnxruntime_options Options;
typedef framegen_onnxruntime_session Session;
typedef framegen_onnxruntime_tensor Tensor;
typedef const char *const *Texts;
typedef void (*LogFunction)(void *, int, const char *, const char *, const char *, const char *);

typedef struct {
    const void *const *(*get_table)(uint32_t release);
    const char *(*get_version)(void);
} TableBase;

// Each line: the function's place in the table, counted from 0, its name, its result, its parameters.
#define ONNXRUNTIME_FUNCTIONS(X)                                                                                       \
    X(0, CreateStatus, Status *, (int, const char *))                                                                  \
    X(2, GetErrorMessage, const char *, (const Status *))                                                              \
    X(4, CreateEnvWithCustomLogger, Status *, (LogFunction, void *, int, const char *, OrtEnv **))                     \
    X(6, DisableTelemetryEvents, Status *, (const OrtEnv *))                                                           \
    X(8, CreateSessionFromArray, Status *, (const OrtEnv *, const void *, size_t, const Options *, Session **))        \
    X(9, Run, Status *,                                                                                                \
      (Session *, const void *, Texts, const Tensor *const *, size_t, Texts, size_t, Tensor **))                       \
    X(10, CreateSessionOptions, Status *, (Options **))                                                                \
    X(13, SetSessionExecutionMode, Status *, (Options *, int))                                                         \
    X(17, DisableMemPattern, Status *, (Options *))                                                                    \
    X(23, SetSessionGraphOptimizationLevel, Status *, (Options *, int))                                                \
    X(24, SetIntraOpNumThreads, Status *, (Options *, int))                                                            \
    X(25, SetInterOpNumThreads, Status *, (Options *, int))                                                            \
    X(30, SessionGetInputCount, Status *, (const Session *, size_t *))                                                 \
    X(31, SessionGetOutputCount, Status *, (const Session *, size_t *))                                                \
    X(33, SessionGetInputTypeInfo, Status *, (const Session *, size_t, OrtTypeInfo **))                                \
    X(34, SessionGetOutputTypeInfo, Status *, (const Session *, size_t, OrtTypeInfo **))                               \
    X(36, SessionGetInputName, Status *, (const Session *, size_t, OrtAllocator *, char **))                           \
    X(37, SessionGetOutputName, Status *, (const Session *, size_t, OrtAllocator *, char **))                          \
    X(48, CreateTensorAsOrtValue, Status *, (OrtAllocator *, const int64_t *, size_t, int, Tensor **))                 \
    X(51, GetTensorMutableData, Status *, (Tensor *, void **))                                                         \
    X(55, CastTypeInfoToTensorInfo, Status *, (const OrtTypeInfo *, const ValueInfo **))                               \
    X(60, GetTensorElementType, Status *, (const ValueInfo *, int *))                                                  \
    X(61, GetDimensionsCount, Status *, (const ValueInfo *, size_t *))                                                 \
    X(62, GetDimensions, Status *, (const ValueInfo *, int64_t *, size_t))                                             \
    X(64, GetTensorShapeElementCount, Status *, (const ValueInfo *, size_t *))                                         \
    X(65, GetTensorTypeAndShape, Status *, (const Tensor *, ValueInfo **))                                             \
    X(76, AllocatorFree, Status *, (OrtAllocator *, void *))                                                           \
    X(78, GetAllocatorWithDefaultOptions, Status *, (OrtAllocator **))                                                 \
    X(93, ReleaseStatus, void, (Status *))                                                                             \
    X(95, ReleaseSession, void, (Session *))                                                                           \
    X(96, ReleaseValue, void, (Tensor *))                                                                              \
    X(98, ReleaseTypeInfo, void, (OrtTypeInfo *))                                                                      \
    X(99, ReleaseTensorTypeAndShapeInfo, void, (ValueInfo *))                                                          \
    X(100, ReleaseSessionOptions, void, (Options *))                                                                   \
    X(125, GetAvailableProviders, Status *, (char ***, int *))                                                         \
    X(126, ReleaseAvailableProviders, Status *, (char **, int))                                                        \
    X(130, AddSessionConfigEntry, Status *, (Options *, const char *, const char *))                                   \
    X(170, SessionOptionsAppendExecutionProvider_TensorRT_V2, Status *, (Options *, const void *))                     \
    X(171, CreateTensorRTProviderOptions, Status *, (void **))                                                         \
    X(172, UpdateTensorRTProviderOptions, Status *, (void *, Texts, Texts, size_t))                                    \
    X(174, ReleaseTensorRTProviderOptions, void, (void *))                                                             \
    X(204, SessionOptionsAppendExecutionProvider_CUDA_V2, Status *, (Options *, const void *))                         \
    X(205, CreateCUDAProviderOptions, Status *, (void **))                                                             \
    X(206, UpdateCUDAProviderOptions, Status *, (void *, Texts, Texts, size_t))                                        \
    X(208, ReleaseCUDAProviderOptions, void, (void *))                                                                 \
    X(216, SessionOptionsAppendExecutionProvider, Status *, (Options *, const char *, Texts, Texts, size_t))

// Numbers of the C API's enumerations.
enum { log_fatal = 4, run_sequentially = 0, optimize_all = 99, general_failure = 1 };

typedef struct {
    void *opened;
    const char *version;
    OrtEnv *environment;
    OrtAllocator *allocator;
#define X(slot, name, result, parameters) result(*name) parameters;
    ONNXRUNTIME_FUNCTIONS(X)
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

static void ignore_log_message(
    void *parameter, int severity, const char *category, const char *identifier, const char *place,
    const char *message) {
    (void)parameter, (void)severity, (void)category, (void)identifier, (void)place, (void)message;
}

/// Fills `library` with the functions of the runtime in `opened`; returns 0 with the reason in `message` if it cannot.
static int find_functions(void *opened, Library *library, char *message, size_t message_capacity) {
    const TableBase *(*get_base)(void);
    void *function = dlsym(opened, "OrtGetApiBase");
    if (!function) {
        copy_text(message, message_capacity, "it has no function OrtGetApiBase");
        return 0;
    }
    memcpy(&get_base, &function, sizeof(function));
    const TableBase *base = get_base();
    library->opened = opened;
    library->version = base->get_version();
    int major = 0, release = 0;
    // Asked for a table that it does not have, ONNX Runtime writes to the standard error, so its version comes first.
    const void *const *table = NULL;
    if (library->version && sscanf(library->version, "%d.%d", &major, &release) == 2 && major == 1 &&
        release >= FRAMEGEN_ONNXRUNTIME_OLDEST_RELEASE) {
        table = base->get_table(FRAMEGEN_ONNXRUNTIME_OLDEST_RELEASE);
    }
    if (!table) {
        snprintf(
            message, message_capacity, "it is version %s, expected 1.%d or a later 1", library->version,
            FRAMEGEN_ONNXRUNTIME_OLDEST_RELEASE);
        return 0;
    }
#define X(slot, name, result, parameters) memcpy(&library->name, &table[slot], sizeof(void *));
    ONNXRUNTIME_FUNCTIONS(X)
#undef X
    // From 1.29 on it may report to its maker: an identifier on the disk and an upload as soon as its environment is
    // made, which is before DisableTelemetryEvents can be called. Who sets the variable keeps what they set.
    if (release >= 29) setenv("ORT_DISABLE_TELEMETRY", "1", 0);
    return 1;
}

/// Makes what sessions share; it lives as long as the process, as the library does.
static Status *start(Library *library) {
    // Its log goes to the standard error otherwise; what matters of it comes back as a status.
    Status *status = library->CreateEnvWithCustomLogger(
        ignore_log_message, NULL, log_fatal, "framegen", &library->environment);
    if (!status) status = library->DisableTelemetryEvents(library->environment);
    if (!status) status = library->GetAllocatorWithDefaultOptions(&library->allocator);
    return status;
}

static int32_t open_locked(const char *path, char *message, size_t message_capacity) {
    // Local, so that the symbols of a runtime cannot replace anyone else's.
    void *opened = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!opened) {
        copy_text(message, message_capacity, dlerror());
        return -1;
    }
    // It is never closed again: its threads, and the libraries of its execution providers, outlive its objects, and
    // unloading the code below them crashes. dlopen returns one handle a file, whatever path it was asked by.
    for (int32_t index = 0; index < library_count; index++) {
        if (libraries[index].opened == opened) return index;
    }
    if (library_count == maximum_libraries) {
        snprintf(message, message_capacity, "%d libraries are open already", maximum_libraries);
        return -1;
    }
    Library *library = &libraries[library_count];
    if (!find_functions(opened, library, message, message_capacity)) return -1;
    Status *status = start(library);
    if (status) {
        copy_text(message, message_capacity, library->GetErrorMessage(status));
        library->ReleaseStatus(status);
        return -1;
    }
    return library_count++;
}

int32_t framegen_onnxruntime_open(const char *path, char *message, size_t message_capacity) {
    pthread_mutex_lock(&libraries_lock);
    int32_t library = open_locked(path, message, message_capacity);
    pthread_mutex_unlock(&libraries_lock);
    return library;
}

// The numbers come from framegen_onnxruntime_open, whose lock makes what was written before visible to its callers.
#define ORT(library) (&libraries[library])

void framegen_onnxruntime_version(int32_t library, char *text, size_t text_capacity) {
    copy_text(text, text_capacity, ORT(library)->version);
}

void framegen_onnxruntime_take_message(int32_t library, Status *status, char *text, size_t text_capacity) {
    copy_text(text, text_capacity, ORT(library)->GetErrorMessage(status));
    ORT(library)->ReleaseStatus(status);
}

Status *framegen_onnxruntime_providers(int32_t library, char *text, size_t text_capacity) {
    char **names = NULL;
    int count = 0;
    copy_text(text, text_capacity, "");
    Status *status = ORT(library)->GetAvailableProviders(&names, &count);
    if (status) return status;
    size_t used = 0;
    for (int index = 0; index < count; index++) {
        int written = snprintf(text + used, text_capacity - used, "%s\n", names[index]);
        if (written < 0 || (size_t)written >= text_capacity - used) break;
        used += (size_t)written;
    }
    return ORT(library)->ReleaseAvailableProviders(names, count);
}

Status *framegen_onnxruntime_options_create(int32_t library, int32_t threads, Options **options) {
    Status *status = ORT(library)->CreateSessionOptions(options);
    if (status) return status;
    if (!status) status = ORT(library)->SetSessionExecutionMode(*options, run_sequentially);
    if (!status) status = ORT(library)->SetSessionGraphOptimizationLevel(*options, optimize_all);
    if (!status) status = ORT(library)->SetIntraOpNumThreads(*options, threads);
    if (!status) status = ORT(library)->SetInterOpNumThreads(*options, 1);
    // With a layout of all values made ahead, the whole 328 generator took 572 MiB instead of 409, and was no faster.
    if (!status) status = ORT(library)->DisableMemPattern(*options);
    if (status) {
        ORT(library)->ReleaseSessionOptions(*options);
        *options = NULL;
    }
    return status;
}

void framegen_onnxruntime_options_free(int32_t library, Options *options) {
    ORT(library)->ReleaseSessionOptions(options);
}

Status *framegen_onnxruntime_options_set(int32_t library, Options *options, const char *key, const char *value) {
    return ORT(library)->AddSessionConfigEntry(options, key, value);
}

static Status *append_cuda(int32_t library, Options *options, Texts keys, Texts values, size_t count) {
    void *settings = NULL;
    Status *status = ORT(library)->CreateCUDAProviderOptions(&settings);
    if (status) return status;
    if (count > 0) status = ORT(library)->UpdateCUDAProviderOptions(settings, keys, values, count);
    if (!status) status = ORT(library)->SessionOptionsAppendExecutionProvider_CUDA_V2(options, settings);
    ORT(library)->ReleaseCUDAProviderOptions(settings);
    return status;
}

static Status *append_tensorrt(int32_t library, Options *options, Texts keys, Texts values, size_t count) {
    void *settings = NULL;
    Status *status = ORT(library)->CreateTensorRTProviderOptions(&settings);
    if (status) return status;
    if (count > 0) status = ORT(library)->UpdateTensorRTProviderOptions(settings, keys, values, count);
    if (!status) status = ORT(library)->SessionOptionsAppendExecutionProvider_TensorRT_V2(options, settings);
    ORT(library)->ReleaseTensorRTProviderOptions(settings);
    return status;
}

Status *framegen_onnxruntime_options_append(
    int32_t library, Options *options, const char *provider, Texts keys, Texts values, size_t count) {
    if (strcmp(provider, "CUDA") == 0) return append_cuda(library, options, keys, values, count);
    if (strcmp(provider, "TensorRT") == 0) return append_tensorrt(library, options, keys, values, count);
    return ORT(library)->SessionOptionsAppendExecutionProvider(options, provider, keys, values, count);
}

Status *framegen_onnxruntime_session_create(
    int32_t library, const Options *options, const uint8_t *bytes, size_t count, Session **session) {
    return ORT(library)->CreateSessionFromArray(ORT(library)->environment, bytes, count, options, session);
}

void framegen_onnxruntime_session_free(int32_t library, Session *session) { ORT(library)->ReleaseSession(session); }

Status *framegen_onnxruntime_session_counts(
    int32_t library, const Session *session, size_t *inputs, size_t *outputs) {
    Status *status = ORT(library)->SessionGetInputCount(session, inputs);
    return status ? status : ORT(library)->SessionGetOutputCount(session, outputs);
}

static Status *value_name(
    int32_t library, const Session *session, int is_output, size_t index, char *name, size_t name_capacity) {
    OrtAllocator *allocator = ORT(library)->allocator;
    char *text = NULL;
    Status *status = is_output ? ORT(library)->SessionGetOutputName(session, index, allocator, &text)
                               : ORT(library)->SessionGetInputName(session, index, allocator, &text);
    if (status) return status;
    copy_text(name, name_capacity, text);
    return ORT(library)->AllocatorFree(allocator, text);
}

/// The element type and shape of `type`, which are not to be freed, or NULL in `info` for what is no tensor.
static Status *tensor_info(
    int32_t library, const OrtTypeInfo *type, int32_t *element_type, int64_t *sizes, size_t *rank) {
    const ValueInfo *info = NULL;
    Status *status = ORT(library)->CastTypeInfoToTensorInfo(type, &info);
    if (status || !info) return status;
    int number = 0;
    status = ORT(library)->GetTensorElementType(info, &number);
    *element_type = number;
    if (!status) status = ORT(library)->GetDimensionsCount(info, rank);
    size_t reported = *rank < FRAMEGEN_ONNXRUNTIME_MAXIMUM_RANK ? *rank : FRAMEGEN_ONNXRUNTIME_MAXIMUM_RANK;
    if (!status) status = ORT(library)->GetDimensions(info, sizes, reported);
    return status;
}

Status *framegen_onnxruntime_session_value(
    int32_t library, const Session *session, int is_output, size_t index, char *name, size_t name_capacity,
    int32_t *element_type, int64_t *sizes, size_t *rank) {
    *element_type = 0;
    *rank = 0;
    Status *status = value_name(library, session, is_output, index, name, name_capacity);
    if (status) return status;
    OrtTypeInfo *type = NULL;
    status = is_output ? ORT(library)->SessionGetOutputTypeInfo(session, index, &type)
                       : ORT(library)->SessionGetInputTypeInfo(session, index, &type);
    if (status) return status;
    status = tensor_info(library, type, element_type, sizes, rank);
    ORT(library)->ReleaseTypeInfo(type);
    return status;
}

Status *framegen_onnxruntime_session_run(
    int32_t library, Session *session, Texts input_names, const Tensor *const *inputs, size_t input_count,
    Texts output_names, Tensor **outputs, size_t output_count) {
    return ORT(library)->Run(session, NULL, input_names, inputs, input_count, output_names, output_count, outputs);
}

Status *framegen_onnxruntime_tensor_create(int32_t library, const int64_t *sizes, size_t rank, Tensor **tensor) {
    return ORT(library)->CreateTensorAsOrtValue(
        ORT(library)->allocator, sizes, rank, FRAMEGEN_ONNXRUNTIME_FLOAT32, tensor);
}

void framegen_onnxruntime_tensor_free(int32_t library, Tensor *tensor) { ORT(library)->ReleaseValue(tensor); }

Status *framegen_onnxruntime_tensor_values(int32_t library, Tensor *tensor, size_t count, float **values) {
    *values = NULL;
    ValueInfo *info = NULL;
    Status *status = ORT(library)->GetTensorTypeAndShape(tensor, &info);
    if (status) return status;
    int element_type = 0;
    size_t held = 0;
    status = ORT(library)->GetTensorElementType(info, &element_type);
    if (!status) status = ORT(library)->GetTensorShapeElementCount(info, &held);
    ORT(library)->ReleaseTensorTypeAndShapeInfo(info);
    if (status) return status;
    if (element_type != FRAMEGEN_ONNXRUNTIME_FLOAT32 || held != count) {
        return ORT(library)->CreateStatus(general_failure, "the tensor does not hold that many float32 values");
    }
    void *data = NULL;
    status = ORT(library)->GetTensorMutableData(tensor, &data);
    *values = data;
    return status;
}
