#include "framegen_build_commit.h"

#define TEXT(value) #value
#define TEXT_OF(macro) TEXT(macro)

const char *framegen_build_commit(void) {
#ifdef FRAMEGEN_COMMIT
    return TEXT_OF(FRAMEGEN_COMMIT);
#else
    return "";
#endif
}
