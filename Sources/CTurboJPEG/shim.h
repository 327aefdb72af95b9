#include <turbojpeg.h>

// libjpeg-turbo tells its version in this header alone, and no program can ask it while it runs.
#if __has_include(<jconfig.h>)
#include <jconfig.h>
#endif

#define FRAMEGEN_TEXT(value) #value
#define FRAMEGEN_TEXT_OF(macro) FRAMEGEN_TEXT(macro)

static inline const char *_Nonnull framegen_turbojpeg_version(void) {
#ifdef LIBJPEG_TURBO_VERSION
    return FRAMEGEN_TEXT_OF(LIBJPEG_TURBO_VERSION);
#else
    return "unknown";
#endif
}
