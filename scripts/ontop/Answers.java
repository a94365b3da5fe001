import it.unibz.inf.ontop.injection.OntopSQLOWLAPIConfiguration;
import it.unibz.inf.ontop.rdf4j.repository.OntopRepository;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.stream.Stream;
import org.eclipse.rdf4j.query.BooleanQuery;
import org.eclipse.rdf4j.query.Query;
import org.eclipse.rdf4j.query.QueryLanguage;
import org.eclipse.rdf4j.query.TupleQuery;
import org.eclipse.rdf4j.query.resultio.sparqljson.SPARQLResultsJSONWriter;

/** Answers each query of a folder by Ontop and DuckDB over tables of Parquet: java Answers.java TABLES QUERIES ANSWERS */
public class Answers {
    private static final int SECONDS = 20;

    public static void main(String[] arguments) throws Exception {
        Path tables = Path.of(arguments[0]), queries = Path.of(arguments[1]), answers = Path.of(arguments[2]);
        String database = "jdbc:duckdb:" + answers.resolve("graph.duckdb");
        try (Connection connection = DriverManager.getConnection(database); Statement statement = connection.createStatement()) {
            for (String line : Files.readAllLines(tables.resolve("duckdb.sql"))) statement.execute(line);
        }
        OntopRepository repository = OntopRepository.defaultRepository(OntopSQLOWLAPIConfiguration.defaultBuilder()
            .nativeOntopMappingFile(tables.resolve("whence.obda").toString())
            .jdbcUrl(database).jdbcDriver("org.duckdb.DuckDBDriver").jdbcUser("").jdbcPassword("").build());
        repository.init();
        try (var connection = repository.getConnection(); Stream<Path> files = Files.list(queries).sorted()) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path answer = answers.resolve(file.getFileName() + ".json");
                String said = "answered";
                try (OutputStream out = new FileOutputStream(answer.toFile())) {
                    Query query = connection.prepareQuery(QueryLanguage.SPARQL, Files.readString(file));
                    query.setMaxExecutionTime(SECONDS);
                    if (query instanceof TupleQuery rows) rows.evaluate(new SPARQLResultsJSONWriter(out));
                    else out.write(("{\"head\": {}, \"boolean\": " + ((BooleanQuery) query).evaluate() + "}").getBytes(StandardCharsets.UTF_8));
                } catch (Exception refused) {
                    said = String.valueOf(refused.getMessage()).lines().findFirst().orElse("refused");
                    Files.delete(answer);
                }
                System.out.println(file.getFileName() + "\t" + said);
            }
        }
        System.exit(0); // threads of the pool of connections are left
    }
}
