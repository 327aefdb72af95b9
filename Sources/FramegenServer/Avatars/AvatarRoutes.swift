package import Hummingbird

/// Avatars over HTTP.
package struct AvatarRoutes: RouteGroup {
    private let catalogue: AvatarCatalogue
    private let preparation: AvatarPreparation

    package init(catalogue: AvatarCatalogue, preparation: AvatarPreparation) {
        self.catalogue = catalogue
        self.preparation = preparation
    }

    package func add(to router: RouterGroup<ServerRequestContext>) {
        let avatars = router.group("avatars")
        avatars.get { _, _ in try Response(json: ["avatars": await catalogue.descriptions()]) }
        avatars.get(":avatar") { _, context in
            try Response(json: await catalogue.description(of: try context.parameters.require("avatar")))
        }
        avatars.get(":avatar/preview.jpg") { _, context in
            let bytes = try await catalogue.preview(of: try context.parameters.require("avatar"))
            return Response(
                status: .ok, headers: [.contentType: "image/jpeg", .cacheControl: "private, max-age=300"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        avatars.post(":avatar/load") { _, context in
            try Response(json: await preparation.load(try context.parameters.require("avatar")))
        }
        avatars.delete(":avatar/load") { _, context in
            try await preparation.unload(try context.parameters.require("avatar"))
            return Response(status: .noContent)
        }
    }
}
