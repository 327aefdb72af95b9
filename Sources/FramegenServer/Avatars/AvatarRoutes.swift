package import Hummingbird

/// Avatars over HTTP.
package struct AvatarRoutes: RouteGroup {
    private let catalogue: AvatarCatalogue

    package init(catalogue: AvatarCatalogue) { self.catalogue = catalogue }

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
            try Response(json: await catalogue.load(try context.parameters.require("avatar")))
        }
        avatars.delete(":avatar/load") { _, context in
            try await catalogue.unload(try context.parameters.require("avatar"))
            return Response(status: .noContent)
        }
    }
}
